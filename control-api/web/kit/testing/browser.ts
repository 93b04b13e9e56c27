import type { Test } from 'tap';
import type { Browser, Page } from 'playwright-core';
import { people, type Api } from './site.ts';

/** A page of its own browser profile. Fails the test for errors of scripts and breaches of the content security policy. */
export async function openPage(t: Test, browser: Browser, width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 844 } });
  // Only a failure waits that long; a busy machine may.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  t.teardown(async () => {
    if (!t.passing()) console.error(await looksLike(page));
    await context.close();
  });
  watch(t, page);
  return page;
}

/** Where a page is and what is on it in words: of a failure that comes once in a hundred times this is all there is. */
async function looksLike(page: Page): Promise<string> {
  const words = await page.locator('body').innerText({ timeout: 5_000 }).catch(String);
  return `The page at ${page.url()} says:\n${words.slice(0, 2000)}`;
}

export function watch(t: Test, page: Page): void {
  page.on('pageerror', (error) => t.fail(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) t.fail(message.text());
  });
}

export async function signIn(
  page: Page,
  api: Pick<Api, 'url'>,
  path: string,
  person: { email: string; password: string } = people.admin,
): Promise<void> {
  await page.goto(api.url + path);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** How far the content is wider than the window, in pixels. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Reloads from within the page: the protocol's own command fails while the page before is still being replaced. */
export async function reloadFromWithin(tab: Page): Promise<void> {
  const replaced = tab.waitForEvent('domcontentloaded');
  await tab.evaluate(() => {
    setTimeout(() => location.reload(), 0);
  });
  await replaced;
}
