import { existsSync } from 'node:fs';
import type { Test } from 'tap';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { FakeApi, people, type FakeApiOptions } from './fake-api.ts';

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openBrowser(t: Test): Promise<Browser> {
  const executablePath = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!executablePath) throw new Error('The dashboard tests need Chromium: apt-get install chromium, or set CHROMIUM to its path');
  const browser = await chromium.launch({
    executablePath, args: ['--autoplay-policy=no-user-gesture-required', '--mute-audio', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  t.teardown(() => browser.close());
  return browser;
}

/** Builds the app as it is shipped, into `folder`. */
export async function buildDashboard(folder: string): Promise<void> {
  await build({ root: `${import.meta.dirname}/..`, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
}

export async function startApi(t: Test, options: FakeApiOptions): Promise<FakeApi> {
  const api = new FakeApi(options);
  await api.listen();
  t.teardown(() => api.close());
  return api;
}

/** A page of its own browser profile. Fails the test for errors of scripts and breaches of the content security policy. */
export async function openPage(t: Test, browser: Browser, width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 844 } });
  t.teardown(() => context.close());
  const page = await context.newPage();
  watch(t, page);
  return page;
}

export function watch(t: Test, page: Page): void {
  page.on('pageerror', (error) => t.fail(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) t.fail(message.text());
  });
}

export async function signIn(page: Page, api: FakeApi, path = '/dashboard/', person: { email: string; password: string } = people.admin): Promise<void> {
  await page.goto(api.url + path);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Sends no faster than this from now on, in bytes per second; 0: as fast as it goes. */
export async function limitUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.emulateNetworkConditions', {
    offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond === 0 ? -1 : bytesPerSecond,
  });
}

/** Drops files as a hand would: they enter the window, then are let go over `target`. */
export async function dropFiles(page: Page, target: string, files: readonly { name: string; type: string; text: string }[]): Promise<void> {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, type, text } of list) data.items.add(new File([text], name, { type }));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'drop', { dataTransfer: transfer });
}

/** How far the content is wider than the window, in pixels. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
