import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { build } from 'vite';
import { openBrowser } from '../../../../server/testing/browser.ts';
import { openPage } from './browser.ts';

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Opens the page of samples (`samples/main.tsx`): parts of the kit by themselves, whatever apps make of them. */
export async function openSamples(t: Test): Promise<Page> {
  const built = t.testdir();
  const [root, at] = [path.join(import.meta.dirname, 'samples'), 'https://samples.example/'];
  await build({ root, configFile: false, base: './', logLevel: 'error', build: { outDir: built, target: 'es2022' } });
  const page = await openPage(t, await openBrowser(t));
  await page.route(`${at}**`, async (route) => {
    const file = new URL(route.request().url()).pathname.slice(1) || 'index.html';
    const body = await readFile(path.join(built, file)).catch(() => undefined);
    await route.fulfill(body ? { body, contentType: types[path.extname(file)] ?? '' } : { status: 404 });
  });
  await page.goto(at);
  await page.getByRole('heading', { name: 'Samples' }).waitFor();
  return page;
}
