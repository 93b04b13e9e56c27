import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { overflow } from './browser.ts';

const widths = [1440, 390] as const;
const schemes = ['light', 'dark'] as const;
/** Where pictures of every page are kept when asked for. */
const pictures = process.env['DRAMABOX_PICTURES'];

/** Rules about colours; the others find the same by night as by day. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/**
 * Everything that a public checker of accessibility finds, but what it calls minor: rule, element and what is wrong.
 * @param rules all of them when there are none
 */
async function violations(page: Page, rules: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(async (only) => {
    const checker = (window as unknown as { axe: typeof axe }).axe;
    const results = await checker.run(document, {
      resultTypes: ['violations'],
      ...(only.length > 0 && { runOnly: [...only] }),
    });
    return results.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
    }));
  }, rules);
  return found
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node}`));
}

/**
 * Controls that a finger misses: those that are not pressed 20 px beside their middle (44 px, but for borders), nor by
 * their label. Links within text do not count.
 */
async function hardToPress(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const above = document.querySelector('[role=dialog], [role=menu]');
    const controls = [...(above ?? document).querySelectorAll('a[href], button, input, select, [role=menuitem]')];
    /** What is missed beside the middle of `place`; undefined when that is not to be pressed: nobody sees it. */
    const missed = (control: Element, place: Element): readonly (Element | null)[] | undefined => {
      const { left, top, width, height } = place.getBoundingClientRect();
      const isPressed = (hit: Element | null) =>
        hit !== null &&
        (control.contains(hit) || place.contains(hit) || (hit.contains(control) && hit instanceof HTMLLabelElement));
      const at = ([right, down]: readonly [number, number]) =>
        document.elementFromPoint(left + width / 2 + right, top + height / 2 + down);
      if (!isPressed(at([0, 0]))) return undefined;
      return (
        [
          [-20, 0],
          [20, 0],
          [0, -20],
          [0, 20],
        ] as const
      )
        .map(at)
        .filter((hit) => !isPressed(hit));
    };
    return controls.flatMap((control) => {
      if (getComputedStyle(control).display === 'inline') return [];
      control.scrollIntoView({ block: 'center', behavior: 'instant' });
      const places = [control, ...((control as HTMLInputElement).labels ?? [])];
      const misses = places.flatMap((place) => {
        const found = missed(control, place);
        return found ? [found] : [];
      });
      // What hangs over it goes away again.
      const isLarge = misses.some((found) => found.every((hit) => hit?.closest('[role=alert]')));
      return misses.length === 0 || isLarge ? [] : [control.outerHTML.slice(0, 200)];
    });
  });
}

/**
 * Looks at the page as it is now, by day and by night, wide and narrow (by day): nothing is inaccessible, nothing sticks out, and
 * what is pressed on a phone is large enough for a finger.
 */
export async function lookAt(t: Test, page: Page, what: string): Promise<void> {
  // As the protocol evaluates it, for the page's content security policy lets no script in.
  await page.evaluate(axe.source);
  // What the mouse would hover over when the page gets another width is not what is looked at.
  await page.mouse.move(0, 0);
  const before = page.viewportSize() ?? { width: 1280, height: 844 };
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height });
    // Colours by night are the same at every width; pictures are kept of all.
    for (const colorScheme of width === widths[0] || pictures ? schemes : schemes.slice(0, 1)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours and opacities that are still on their way are not those that are looked at.
      await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        await Promise.allSettled(
          document
            .getAnimations()
            .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
            // Of what is far below nothing is drawn (`content-visibility`), and it comes to no end.
            .filter(
              ({ effect }) =>
                !(effect instanceof KeyframeEffect) || effect.target?.checkVisibility({ contentVisibilityAuto: true }),
            )
            .map((animation) => animation.finished),
        );
      });
      const rules = colorScheme === 'light' ? [] : ofColours;
      t.same(await violations(page, rules), [], `${what}, ${width} px, ${colorScheme}`);
      t.ok((await overflow(page)) <= 0, `${what}: nothing sticks out at ${width} px`);
      if (!pictures) continue;
      await mkdir(pictures, { recursive: true });
      await page.screenshot({
        path: path.join(pictures, `${what.replaceAll(/\W+/g, '-')}-${width}-${colorScheme}.png`),
      });
    }
    if (width < 400) t.same(await hardToPress(page), [], `${what}: large enough for a finger`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
}
