import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { overflow } from './browser.ts';

const widths = [1280, 390] as const;
const schemes = ['light', 'dark'] as const;
/** Where pictures of every page are kept when asked for. */
const pictures = process.env['DRAMABOX_PICTURES'];

/** Everything that a public checker of accessibility finds, but what it calls minor: rule, element and what is wrong. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(async () => {
    const checker = (window as unknown as { axe: typeof axe }).axe;
    const results = await checker.run(document, { resultTypes: ['violations'] });
    return results.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
    }));
  });
  return found
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node}`));
}

/** Looks at the page as it is now, by day and by night, wide and narrow: nothing is inaccessible, nothing sticks out. */
export async function lookAt(t: Test, page: Page, what: string): Promise<void> {
  // As the protocol evaluates it, for the page's content security policy lets no script in.
  await page.evaluate(axe.source);
  const before = page.viewportSize() ?? { width: 1280, height: 844 };
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours and opacities that are still on their way are not those that are looked at.
      await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        await Promise.allSettled(
          document
            .getAnimations()
            .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
            .map((animation) => animation.finished),
        );
      });
      t.same(await violations(page), [], `${what}, ${width} px, ${colorScheme}`);
      t.ok((await overflow(page)) <= 0, `${what}: nothing sticks out at ${width} px`);
      if (!pictures) continue;
      await mkdir(pictures, { recursive: true });
      await page.screenshot({
        path: path.join(pictures, `${what.replaceAll(/\W+/g, '-')}-${width}-${colorScheme}.png`),
      });
    }
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
}
