import t from 'tap';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../testing/until.ts';
import { openBrowser } from '../testing/browser.ts';
import { makeClip } from './testing/clips.ts';
import { adminEmail, adminPassword, startTestServer } from './testing/server.ts';

const widths = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 390, height: 844 },
] as const;
/** Where pictures are kept when asked for (the README's is made with it). */
const pictures = process.env['DRAMABOX_PICTURES'];

t.test('an administrator signs in, uploads, watches it finish and plays it', async (t) => {
  const { url } = await startTestServer(t);
  const browser = await openBrowser(t);
  for (const [index, { name, width, height }] of widths.entries()) {
    await t.test(`${name}, ${width} px`, async (t) => {
      const file = await makeClip(t, { seconds: 10, width: 640, height: 360, rate: '24' }, `Episode ${index + 1}.mp4`);
      const context = await browser.newContext({ viewport: { width, height } });
      // Only a failure waits that long; a busy machine may.
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      const picture = async (label: string): Promise<void> => {
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        t.ok(overflow <= 0, `${label}: nothing sticks out at the side`);
        if (!pictures) return;
        await mkdir(pictures, { recursive: true });
        await page.screenshot({ path: path.join(pictures, `${label}-${name}.png`) });
      };
      await page.goto(`${url}/dashboard/`);
      await page.getByLabel('E-mail').fill(adminEmail);
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText(/wrong/i).first().waitFor();
      await page.getByLabel('Password', { exact: true }).fill(adminPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('input[type=file]').first().setInputFiles(file);
      const title = page.getByRole('link', { name: new RegExp(`Episode ${index + 1}`) }).first();
      await title.waitFor();
      await picture('assets');
      await title.click();
      await page.getByText('Ready', { exact: true }).first().waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: /^play/i }).first().click();
      // Not `waitForFunction`: the page's content security policy forbids what it needs (eval).
      const video = page.locator('video');
      const position = (): Promise<number> =>
        video.evaluate((element: { readonly currentTime: number }) => element.currentTime);
      await until('the picture moves', async () => (await position()) > 1, { everyMs: 100 });
      await picture('asset');
      t.same(errors, [], 'the page reports no error');
      await context.close();
    });
  }
});
