import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { buildDashboard, dropFiles, limitUpload, openBrowser, openPage, overflow, signIn, startApi, watch } from './testing/browser.ts';
import { people, type FakeApi } from './testing/fake-api.ts';
import { addSampleTitles, complete, renditions } from './testing/sample-titles.ts';

const folder = t.testdir({ dist: {} });
const dist = join(folder, 'dist');
const browser = await openBrowser(t);
await buildDashboard(dist);

let number = 0;
async function start(t: Test): Promise<FakeApi> {
  number += 1;
  const scratch = join(folder, `api-${number}`);
  await mkdir(scratch);
  return startApi(t, { dist, scratch, maxUploadBytes: 40_000_000 });
}

/** A file that looks like a video to the fake server, and its bytes. */
async function videoFile(name: string, bytes: number): Promise<{ path: string; content: Buffer }> {
  const path = join(folder, name);
  const content = randomBytes(bytes);
  await writeFile(path, content);
  return { path, content };
}

/** Waits, at most 20 s, until something holds on the server's side; the page goes on meanwhile. */
async function until(page: Page, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds() && Date.now() < deadline) await page.evaluate(() => new Promise(requestAnimationFrame));
}

/** Reloads from within the page: the protocol's own command fails while the page before is still being replaced. */
async function reloadFromWithin(tab: Page): Promise<void> {
  const replaced = tab.waitForEvent('domcontentloaded');
  await tab.evaluate(() => { setTimeout(() => location.reload(), 0); });
  await replaced;
}

const input = 'input[aria-label="Video files to upload"]';

t.test('signing in', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api, '/dashboard/?next=https://evil.example/', { email: people.admin.email, password: 'wrong' });
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'password', 'the password can be typed again at once');

  await page.keyboard.type(people.admin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(new URL(page.url()).origin, api.url, 'nobody is sent elsewhere after signing in');

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  t.equal(kept, '[{},{},""]', 'no token is where a script of another page could find it');

  await page.reload();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(await page.getByLabel('E-mail').count(), 0, 'the session survives a reload');

  await page.getByRole('button', { name: /Account admin@example.com/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  await page.reload();
  await page.getByLabel('E-mail').waitFor();
  t.equal(await page.getByRole('heading', { name: 'Library' }).count(), 0, 'signed out stays signed out');
});

t.test('too many failed sign-ins are put off in words', async (t) => {
  const api = await start(t);
  api.signInLimit = 1;
  const page = await openPage(t, browser);
  await signIn(page, api, '/dashboard/', { email: 'someone@example.com', password: 'wrong' });
  await page.getByText(/wrong/).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Too many attempts. Try again in 12 minutes.').waitFor();
});

t.test('an account that may not manage is told so', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api, '/dashboard/', people.viewer);
  await page.getByText('This account cannot manage titles').waitFor();
  t.notOk(api.requests.some((request) => request.includes('/api/v1/assets')), 'and asks for nothing that it may not see');
});

t.test('a session that ended on the server asks to sign in, then shows the same page', async (t) => {
  const api = await start(t);
  const { failed } = addSampleTitles(api);
  const page = await openPage(t, browser);
  await signIn(page, api, `/dashboard/assets/${failed.id}`);
  await page.getByRole('heading', { name: 'Podcast recording' }).waitFor();
  api.revokeEverything();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
  await page.getByLabel('E-mail').fill(people.admin.email);
  await page.getByLabel('Password', { exact: true }).fill(people.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Podcast recording' }).waitFor();
});

t.test('many tabs and hasty reloads never use a refresh token twice', async (t) => {
  const api = await start(t);
  api.addAsset();
  // Every request finds its token too old, so that all tabs want a new one all the time.
  api.accessTokenSeconds = 19;
  api.refreshDelayMs = 120;
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByTestId('asset').waitFor();
  const tabs = await Promise.all([0, 1, 2, 3].map(async () => {
    const tab = await page.context().newPage();
    watch(t, tab);
    await tab.goto(`${api.url}/dashboard/`);
    return tab;
  }));
  for (const tab of tabs) await tab.getByTestId('asset').waitFor();
  // Long enough that the next page is there before the answer is.
  api.refreshDelayMs = 1500;
  for (const tab of tabs.slice(0, 2)) {
    // Left in the middle of its refresh, before the answer with the new cookie arrives.
    await Promise.all([tab.waitForRequest(/accounts\/refresh/), reloadFromWithin(tab)]);
    await reloadFromWithin(tab);
  }
  for (const tab of [page, ...tabs]) await tab.getByTestId('asset').waitFor();
  api.refreshDelayMs = 0;
  t.ok(api.refreshes > 5, `there was something to get wrong: ${api.refreshes} refreshes`);
  t.equal(api.reuses, 0);

  await page.bringToFront();
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const tab of [page, ...tabs]) await tab.getByLabel('E-mail').waitFor();
  t.pass('signing out in one tab signs out in all');
});

t.test('the server is away when the page opens', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  await page.getByText('No answer from the server').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('heading', { name: 'Library' }).waitFor({ timeout: 20_000 });
  t.pass('and it goes on by itself');
});

t.test('an upload pauses, goes on from the same byte and becomes a title', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByText('Upload your first title').waitFor();
  await page.getByText(/up to 40.0 MB each/).waitFor();
  const { path, content } = await videoFile('Episode 1.mp4', 6_000_000);
  await limitUpload(page, 1_500_000);
  await page.setInputFiles(input, path);
  const line = page.getByTestId('upload').filter({ hasText: 'Episode 1.mp4' });
  await line.getByText(/MB\/s · \d+ s left/).waitFor();
  await line.getByRole('button', { name: 'Pause Episode 1.mp4' }).click();
  await line.getByText(/^Paused/).waitFor();
  const share = Number(/(\d+)%/.exec(await line.innerText())?.[1]);
  t.ok(share > 0 && share < 100, `paused at ${share}%`);
  await until(page, () => api.sending === 0);
  t.equal(api.assets.length, 0, 'nothing is sent while it is paused');
  const patches = api.requests.filter((request) => request.startsWith('PATCH')).length;

  await limitUpload(page, 0);
  await line.getByRole('button', { name: 'Resume Episode 1.mp4' }).click();
  await line.getByText(/^Uploaded/).waitFor();
  t.ok(api.requests.some((request) => request.startsWith('HEAD')), 'it asked where to go on');
  t.ok(api.requests.filter((request) => request.startsWith('PATCH')).length > patches);
  t.equal(api.uploads, 1);
  t.ok((await api.receivedBytes(api.assets[0]!.id)).equals(content), 'byte for byte');
  t.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::')).length), 0, 'nothing is left behind');

  await line.getByRole('link', { name: 'Open Episode 1.mp4' }).click();
  await page.getByRole('heading', { name: 'Episode 1' }).waitFor();
});

t.test('an upload survives a broken network', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  const { path, content } = await videoFile('broken line.mp4', 4_000_000);
  await limitUpload(page, 1_000_000);
  await page.setInputFiles(input, path);
  const line = page.getByTestId('upload');
  await line.getByText(/B\/s/).waitFor();
  api.breakNetwork();
  await line.getByText(/The server cannot be reached.*goes on by itself/).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Reconnecting' }).waitFor();
  await limitUpload(page, 0);
  api.mendNetwork();
  await line.getByText(/^Uploaded/).waitFor({ timeout: 30_000 });
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor({ timeout: 30_000 });
  t.equal(api.uploads, 1, 'no second upload was begun');
  t.ok((await api.receivedBytes(api.assets[0]!.id)).equals(content));
});

t.test('after a reload the same file goes on where it stopped', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  const { path, content } = await videoFile('half way.mp4', 4_000_000);
  await limitUpload(page, 1_000_000);
  await page.setInputFiles(input, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();

  const second = await page.context().newPage();
  watch(t, second);
  await second.goto(`${api.url}/dashboard/`);
  await second.setInputFiles(input, path);
  await second.getByTestId('upload').getByText('This file is being uploaded in another tab of this browser.').waitFor();
  await second.close();

  await page.reload();
  const unfinished = page.getByTestId('unfinished-upload');
  await unfinished.getByText('half way.mp4').waitFor();
  await unfinished.getByText(/Choose or drop the same file again/).waitFor();
  await page.setInputFiles(input, path);
  await page.getByTestId('upload').getByText(/^Uploaded/).waitFor();
  t.equal(await unfinished.count(), 0);
  t.equal(api.uploads, 1, 'no second upload was begun');
  t.ok((await api.receivedBytes(api.assets[0]!.id)).equals(content));
});

t.test('cancelling and discarding remove what the server has', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  const { path } = await videoFile('unwanted.mp4', 4_000_000);
  await limitUpload(page, 500_000);
  await page.setInputFiles(input, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();
  await page.getByRole('button', { name: 'Cancel unwanted.mp4' }).click();
  await page.getByTestId('upload').waitFor({ state: 'detached' });
  const deletions = () => api.requests.filter((request) => request.startsWith('DELETE /api/v1/uploads/')).length;
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('tus::')));
  t.equal(deletions(), 1);

  // Opening the dialog forgets the last choice; without it the same file is no change.
  await page.locator(input).evaluate((field) => { (field as HTMLInputElement).value = ''; });
  await page.setInputFiles(input, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Discard unwanted.mp4' }).click();
  await page.getByTestId('unfinished-upload').waitFor({ state: 'detached' });
  t.equal(deletions(), 2);
});

t.test('files that cannot be taken say why, the others go on', async (t) => {
  const api = await start(t);
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByText(/up to 40.0 MB each/).waitFor();
  const files = [
    await videoFile('too large.mp4', 41_000_000), await videoFile('notes.txt', 10), await videoFile('empty.mp4', 0), await videoFile('good.mp4', 1000),
  ];
  await page.setInputFiles(input, files.map(({ path }) => path));
  const status = (name: string) => page.getByTestId('upload').filter({ hasText: name }).getByTestId('upload-status');
  await status('good.mp4').getByText(/^Uploaded/).waitFor();
  await status('notes.txt').getByText('Files of type text/plain are not accepted: choose a video file.').waitFor();
  t.equal(await status('too large.mp4').innerText(), 'The file is larger than this server accepts (40.0 MB).');
  t.equal(await status('empty.mp4').innerText(), 'The file is empty.');
  await page.getByRole('button', { name: 'Dismiss notes.txt' }).click();
  await status('notes.txt').waitFor({ state: 'detached' });
  await page.getByTestId('asset').waitFor();
  t.equal(await page.getByTestId('asset').count(), 1, 'only the good one is in the library');
});

t.test('files may be dropped on the library, and anywhere on any page', async (t) => {
  const api = await start(t);
  const asset = api.addAsset({ title: 'Already there' });
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByTestId('asset').waitFor();
  await dropFiles(page, '[data-testid="dropzone"]', [{ name: 'one.mp4', type: 'video/mp4', text: '1' }, { name: 'two.mp4', type: 'video/mp4', text: '22' }]);
  await page.getByTestId('upload').filter({ hasText: 'one.mp4' }).getByText(/^Uploaded/).waitFor();
  await page.getByTestId('upload').filter({ hasText: 'two.mp4' }).getByText(/^Uploaded/).waitFor();
  await page.goto(`${api.url}/dashboard/assets/${asset.id}`);
  await page.getByRole('heading', { name: 'Already there' }).waitFor();
  await dropFiles(page, '[data-testid="drop-anywhere"]', [{ name: 'three.mp4', type: 'video/mp4', text: '333' }]);
  await page.getByTestId('upload').filter({ hasText: 'three.mp4' }).getByText(/^Uploaded/).waitFor();
  t.equal(api.assets.length, 4);
});

t.test('the library follows what happens', async (t) => {
  const api = await start(t);
  const asset = api.addAsset({ title: 'Live title' });
  const page = await openPage(t, browser);
  await signIn(page, api);
  const row = page.getByTestId('asset').filter({ hasText: 'Live title' });
  await row.getByText('Waiting · next in line').waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  api.change(asset.id, (_asset, version) => {
    version.state = 'encoding';
    version.work = { stage: 'encoding', progress: 0.37, etaSeconds: 130, queuePosition: null, error: null };
  });
  await row.getByText('Encoding · 37% · 3 min left').waitFor();
  t.equal(await row.getByRole('progressbar').getAttribute('aria-valuetext'), 'Encoding · 37% · 3 min left');
  api.change(asset.id, (changed, version) => {
    Object.assign(changed, { state: 'ready', isPlayable: true, durationMs: 61_000 });
    complete(version);
  });
  await row.getByText('Ready').waitFor();
  await row.getByText('1:01').waitFor();
  t.equal(await row.getByTestId('work').count(), 0);

  api.addAsset({ title: 'Podcast', state: 'failed', error: { code: 'media_no_video', message: 'This file has no video track.' } });
  api.change(api.assets[0]!.id, (_changed, version) => {
    version.state = 'failed';
    version.work = { stage: 'failed', progress: 0, etaSeconds: null, queuePosition: null, error: { code: 'media_no_video', message: 'This file has no video track.' } };
  });
  await page.getByTestId('asset').filter({ hasText: 'Podcast' }).getByText('This file has no video track.').waitFor();

  await page.getByLabel('Show').selectOption('Failed');
  await row.waitFor({ state: 'detached' });
  await page.getByTestId('asset').filter({ hasText: 'Podcast' }).waitFor();
  t.equal(await page.getByTestId('asset').count(), 1);
  await page.getByLabel('Show').selectOption('Cancelled');
  await page.getByText('No title is in the state “Cancelled”.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await row.waitFor();
});

t.test('a long library comes page by page', async (t) => {
  const api = await start(t);
  for (let index = 1; index <= 30; index += 1) api.addAsset({ title: `Title ${index}` });
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByTestId('asset').nth(24).waitFor();
  t.equal(await page.getByTestId('asset').count(), 25);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Title 1', { exact: true }).waitFor();
  t.equal(await page.getByTestId('asset').count(), 30);
  t.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
});

t.test('a title from the first second of its processing to its re-encoding', async (t) => {
  const api = await start(t);
  const asset = api.addAsset({ title: 'Detail' });
  const page = await openPage(t, browser);
  await signIn(page, api, `/dashboard/assets/${asset.id}`);
  await page.getByText('The player appears here as soon as the first seconds are encoded.').waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  api.change(asset.id, (changed, version) => {
    Object.assign(changed, {
      state: 'playable', isPlayable: true, durationMs: 52_000, media: {
        format: 'mov', durationMs: 52_000, width: 1920, height: 1080, rotation: 90, frameRate: 30000 / 1001, variableFrameRate: true, interlaced: false,
        videoCodec: 'h264', hdr: 'none', audio: [{ codec: 'aac', channels: 2, layout: 'stereo', language: 'en' }],
      },
    });
    Object.assign(version, { state: 'playable', isCurrent: true, renditions: renditions(0.5), work: { stage: 'encoding', progress: 0.5, etaSeconds: 9, queuePosition: null, error: null } });
  });
  await page.getByText('1920×1080, 29.97 fps, variable, rotated 90°').waitFor();
  await page.getByText('stereo, English, AAC').waitFor();
  const first = page.getByTestId('rendition').filter({ hasText: 'v1080-6000' });
  await first.getByText('50%').waitFor();
  t.match(await first.innerText(), /1080p[\s\S]*1920×1080[\s\S]*H\.264 High 4\.0[\s\S]*4\.3 Mb\/s[\s\S]*5\.8 Mb\/s[\s\S]*6\.0 Mb\/s/);
  await page.getByRole('button', { name: 'Play Detail' }).waitFor();
  t.equal(await page.getByRole('button', { name: 'Re-encode' }).count(), 0, 'only what works is offered');
  t.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0);

  await page.getByRole('button', { name: 'Cancel processing' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel processing' }).click();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByTestId('version').nth(1).waitFor();
  await page.getByText('Waiting · next in line').first().waitFor();
  api.change(asset.id, (changed, version) => {
    changed.state = 'ready';
    complete(version);
  });
  await page.getByRole('button', { name: 'Re-encode' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Re-encode' }).click();
  await page.getByTestId('version').filter({ hasText: 'Version 3' }).waitFor();
  await page.getByTestId('version').filter({ hasText: 'Version 2' }).getByRole('button').click();
  await page.getByTestId('rendition').filter({ hasText: 'v1080-6000' }).getByText('100%').waitFor();

  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Title').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A title needs at least one character.').waitFor();
  await page.getByLabel('Title').fill('New name');
  await page.getByLabel('Title').press('Enter');
  await page.getByRole('heading', { name: 'New name' }).waitFor();
  t.equal(api.assets[0]!.title, 'New name');
});

t.test('what the server refuses is said where it was asked', async (t) => {
  const api = await start(t);
  const { failed } = addSampleTitles(api);
  const page = await openPage(t, browser);
  await signIn(page, api, `/dashboard/assets/${failed.id}`);
  await page.getByTestId('asset-trouble').getByText('This file has no video track. Upload a file with a picture.').waitFor();
  // Somebody else was faster; this page has not heard of it.
  failed.versions[0]!.state = 'encoding';
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Only what failed or was cancelled can be tried again.').waitFor();
});

t.test('deleting asks first', async (t) => {
  const api = await start(t);
  const { ready, portrait } = addSampleTitles(api);
  const page = await openPage(t, browser);
  await signIn(page, api, `/dashboard/assets/${ready.id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this title?' });
  await dialog.getByText(ready.title).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === 'Keep it');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  t.ok(api.assets.includes(ready), 'nothing happens without the answer');

  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.notOk(api.assets.includes(ready));
  await page.getByTestId('asset').filter({ hasText: ready.title }).waitFor({ state: 'detached' });

  await page.goto(`${api.url}/dashboard/assets/${portrait.id}`);
  await page.getByRole('heading', { name: portrait.title }).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  await page.evaluate(async (id) => {
    // Another administrator, in effect: the page itself has no part in it.
    const { accessToken } = await (await fetch('/api/v1/accounts/sign-in', {
      method: 'POST', credentials: 'omit', headers: { 'dramabox-client': 'test', 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'admin@example.com', password: 'correct horse battery', delivery: 'cookie' }),
    })).json() as { accessToken: string };
    await fetch(`/api/v1/assets/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${accessToken}` } });
  }, portrait.id);
  await page.getByText('This title does not exist').waitFor();
});

t.test('text stays text', async (t) => {
  const api = await start(t);
  const evil = '<img src=x onerror="window.hacked=1"><b>bold</b>';
  const asset = api.addAsset({ title: evil, filename: `${evil}.mp4`, state: 'failed', error: { code: 'media_damaged', message: evil } });
  asset.versions[0]!.work = { stage: 'failed', progress: 0, etaSeconds: null, queuePosition: null, error: asset.error };
  const page = await openPage(t, browser);
  await signIn(page, api);
  await page.getByRole('link', { name: evil }).click();
  await page.getByRole('heading', { name: evil }).waitFor();
  t.equal(await page.getByTestId('asset-title').innerText(), evil);
  await page.getByTestId('asset-trouble').getByText(evil).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByText(evil).waitFor();
  t.equal(await page.evaluate(() => 'hacked' in window || document.querySelector('b, img') !== null), false);
  t.equal(await page.title(), `${asset.title} · Dramabox`);
});

t.test('the player', async (t) => {
  const api = await start(t);
  const { ready, portrait } = addSampleTitles(api);
  const page = await openPage(t, browser);
  await signIn(page, api, `/dashboard/assets/${ready.id}`);
  const play = page.getByRole('button', { name: /^Play / });
  await play.waitFor();
  t.equal(api.playing.size, 0, 'looking at a title is not a stream');
  t.notOk(api.requests.some((request) => /stream-[\w-]+\.js$/.test(request)), 'hls.js is not loaded before it is needed');
  await play.click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5, undefined, { timeout: 20_000 });
  await page.getByText(/Now showing 320 × 180/).waitFor();
  t.equal(api.playing.size, 1);

  await page.getByRole('button', { name: 'Get playback URLs' }).click();
  t.match(await page.getByLabel('HLS URL', { exact: true }).inputValue(), /\/s\/.*\.m3u8$/);
  await page.getByRole('button', { name: 'Copy DASH URL' }).click();
  await page.getByText('DASH URL copied').waitFor({ state: 'attached' });
  t.equal(api.playing.size, 2);

  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.waitForFunction(() => document.querySelector('video') === null);
  await until(page, () => api.playing.size === 1);
  t.equal(api.playing.size, 1, 'leaving the page ends its stream; the links go on');

  await page.getByRole('link', { name: portrait.title }).click();
  const box = await page.getByTestId('player').boundingBox();
  t.ok(box && Math.abs(box.width / box.height - 1080 / 1920) < 0.01, 'a portrait title is shown in portrait');
  api.refusesMedia = true;
  await play.click();
  await page.getByTestId('player-error').getByText('This playback session has ended. Press play to start a new one.').waitFor({ timeout: 20_000 });
  api.refusesMedia = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2, undefined, { timeout: 20_000 });
});

for (const width of [1440, 390]) {
  t.test(`everything fits at ${width} px`, async (t) => {
    const api = await start(t);
    const samples = addSampleTitles(api);
    api.addAsset({ title: 'x'.repeat(300), filename: `${'y'.repeat(250)}.mp4`, state: 'failed', error: { code: 'media_damaged', message: 'z'.repeat(400) } });
    const page = await openPage(t, browser, width);
    await page.goto(`${api.url}/dashboard/`);
    await page.getByLabel('E-mail').waitFor();
    t.ok(await overflow(page) <= 0, 'sign in');
    await signIn(page, api);
    await page.getByTestId('asset').nth(5).waitFor();
    t.equal(await page.getByRole('table').count(), width === 1440 ? 1 : 0, 'a table where there is room, cards elsewhere');
    await page.setInputFiles(input, [(await videoFile(`${'long-name-'.repeat(12)}.mp4`, 500)).path, (await videoFile('a.txt', 5)).path]);
    await page.getByTestId('upload').filter({ hasText: 'a.txt' }).getByText(/not accepted/).waitFor();
    t.ok(await overflow(page) <= 0, 'library with uploads');
    for (const asset of [...Object.values(samples), api.assets.find(({ title }) => title.startsWith('xxx'))!]) {
      await page.goto(`${api.url}/dashboard/assets/${asset.id}`);
      await page.getByTestId('asset-title').waitFor();
      t.ok(await overflow(page) <= 0, asset.title.slice(0, 40));
    }
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor();
    t.ok(await overflow(page) <= 0, 'dialog');
  });
}
