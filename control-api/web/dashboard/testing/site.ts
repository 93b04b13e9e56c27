import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Test } from 'tap';
import { build } from 'vite';
import { openBrowser } from '../../../../server/testing/browser.ts';
import { FakeApi } from './fake-api.ts';

/** The app as it is shipped, and a browser; for the tests of one file. */
export interface Site {
  readonly browser: Browser;
  /** Serves the app, with a library of its own for the one test. */
  start(t: Test): Promise<FakeApi>;
  /** A file that looks like a video to the fake server, and its bytes. */
  videoFile(name: string, bytes: number): Promise<{ readonly path: string; readonly content: Buffer }>;
}

/** Builds the app and opens a browser; both go when `t` ends. */
export async function openSite(t: Test): Promise<Site> {
  const folder = t.testdir();
  const dist = join(folder, 'dist');
  const browser = await openBrowser(t);
  await build({ root: join(import.meta.dirname, '..'), logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  let number = 0;
  return {
    browser,
    async start(t) {
      number += 1;
      const scratch = join(folder, `api-${number}`);
      await mkdir(scratch);
      const api = new FakeApi({ dist, scratch, maxUploadBytes: 40_000_000 });
      await api.listen();
      t.teardown(() => api.close());
      return api;
    },
    async videoFile(name, bytes) {
      const path = join(folder, name);
      const content = randomBytes(bytes);
      await writeFile(path, content);
      return { path, content };
    },
  };
}
