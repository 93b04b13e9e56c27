import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { ffmpeg } from '../../transcoder/testing/clips.ts';
import { openBrowser } from '../testing/browser.ts';
import { until } from '../testing/until.ts';
import { defaultTools } from './testing/clips.ts';
import { fetchText } from './testing/media.ts';
import { adminEmail, adminPassword, startTestServer } from './testing/server.ts';

/* An editor takes over what the video brings along, adds a file, changes a text beside the player and publishes it. */

const run = promisify(execFile);
/** Where pictures are kept when asked for. */
const pictures = process.env['DRAMABOX_PICTURES'];

/** What is asked of the page's video. */
interface Video {
  currentTime: number;
  readonly seeking: boolean;
  pause(): void;
}

const srt = `1
00:00:01,000 --> 00:00:03,500
Where have you been?

2
00:00:05,000 --> 00:00:07,000
On the <i>other</i> side.
`;

async function makeSource(folder: string): Promise<string> {
  const [texts, file] = [path.join(folder, 'texts.srt'), path.join(folder, 'source.mkv')];
  await writeFile(texts, srt);
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=9', '-f', 'lavfi', '-i', 'sine=400:r=48000:d=9'];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', 'srt'];
  const tags = ['-metadata:s:s:0', 'language=kor', '-metadata:s:s:0', 'title=Original', '-disposition:s:0', 'forced'];
  await ffmpeg(...inputs, '-i', texts, '-map', '0', '-map', '1', '-map', '2', ...coded, ...tags, file);
  return file;
}

t.test('subtitles of the file are taken over, edited beside the player and published', async (t) => {
  const { url, client } = await startTestServer(t);
  const browser = await openBrowser(t);
  const tools = await defaultTools();
  const folder = t.testdir();
  const assetId = await client.upload(await makeSource(folder));
  t.equal((await client.waitFor(assetId, ['ready', 'failed'])).state, 'ready');
  const titleId = await client.publish(assetId);

  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  // Only a failure waits that long; a busy machine may.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) errors.push(message.text());
  });
  const picture = async (label: string): Promise<void> => {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, `${label}.png`) });
  };
  const published = () => page.locator('[data-testid=publication][data-state=published]').waitFor();

  await page.goto(`${url}/dashboard/catalogue/${titleId}`);
  await page.getByLabel('E-mail').fill(adminEmail);
  await page.getByLabel('Password', { exact: true }).fill(adminPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Subtitles and audio' }).click();

  // Of the uploaded video.
  const found = page.getByTestId('found');
  await found.getByText('Korean, track 2').waitFor();
  await found.getByText('Forced', { exact: true }).waitFor();
  await picture('tracks-found');
  await found.getByRole('button', { name: /^Take over/ }).click();
  await page.locator('[data-testid=found][data-state=taken]').waitFor();
  const subtitles = page.getByTestId('subtitles');
  await subtitles.getByText('Original', { exact: true }).waitFor();
  await subtitles.getByText('2 texts').waitFor();
  await published();

  // A file that cannot be read says its line; the next one is taken.
  const chosen = page.locator('input[type=file][aria-label="File of subtitles"]').first();
  const wrong = srt.replace('--> 00:00:07', '--> 00:00:04');
  await chosen.setInputFiles({ name: 'en.srt', mimeType: 'text/plain', buffer: Buffer.from(wrong) });
  await page.getByTestId('subtitles-form').getByLabel('Language').selectOption('English');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByTestId('subtitles-problem').getByText('Line 6: It ends before it begins.').waitFor();
  await picture('tracks-refused');
  await chosen.setInputFiles({ name: 'en.srt', mimeType: 'text/plain', buffer: Buffer.from(srt) });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await subtitles.nth(1).waitFor();
  await published();

  // Beside the player.
  await page.getByRole('link', { name: 'Edit the texts: English' }).click();
  await page.getByTestId('cue').nth(1).waitFor();
  await page.getByRole('button', { name: /^play/i }).first().click();
  const video = page.locator('video');
  await until('the picture moves', () => video.evaluate((element: Video) => element.currentTime > 0.2));
  await video.evaluate((element: Video) => element.pause());
  await page.getByTestId('cue').first().getByRole('button').click();
  await page.getByTestId('cue-over').getByText('Where have you been?').waitFor();
  const field = page.getByLabel('Text', { exact: true });
  await field.fill('Where <b>were</b> you?');
  await page.getByTestId('cue-over').getByText('were').waitFor();
  await picture('cues');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
  await page.getByTestId('unpublished').waitFor();
  // Held back from viewers.
  const { hls, dash } = await client.play(assetId);
  const pieces = async (): Promise<string> => {
    const master = await fetchText(hls);
    const playlists = [...master.matchAll(/TYPE=SUBTITLES.*URI="(s-[0-9a-f]+)\/index\.m3u8"/g)].map(([, name]) => name);
    return (await Promise.all(playlists.map((name) => fetchText(new URL(`${name}/00001.vtt`, hls).href)))).join('\n');
  };
  const before = await pieces();
  t.equal(before.match(/Where have you been\?/g)?.length, 2, 'of the file, and of the video');
  t.notMatch(before, 'were');
  // Where the player is.
  await video.evaluate((element: Video) => {
    element.currentTime = 2.5;
  });
  await until('it is there', () =>
    video.evaluate((element: Video) => !element.seeking && Math.abs(element.currentTime - 2.5) < 0.05),
  );
  await page.keyboard.press('Alt+]');
  await page.getByTestId('cue').first().getByText('0:01.000 – 0:02.500').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await published();

  const after = await until('viewers have it', async () => {
    const text = await pieces();
    return text.includes('were') ? text : undefined;
  });
  t.match(after, '00:00:01.000 --> 00:00:02.500\nWhere <b>were</b> you?');
  t.match(after, 'Where have you been?', 'what the video brought along is as it was');
  const read = await Promise.all(
    [0, 1].map(async (n) => {
      const args = ['-v', 'error', '-i', dash, '-map', `0:s:${n}`, '-f', 'srt', '-'];
      return (await run(tools.ffmpeg.path, args)).stdout;
    }),
  );
  t.match(read.join('\n'), '00:00:01,000 --> 00:00:02,500\nWhere <b>were</b> you?', 'FFmpeg reads it from DASH');
  t.same(errors, []);
  await context.close();
});
