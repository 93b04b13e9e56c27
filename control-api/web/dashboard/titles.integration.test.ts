import t from 'tap';
import { videoWarnings } from '../../../server/assets/warnings.ts';
import { until } from '../../../server/testing/until.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';
import { fileInput, signIn } from './testing/browser.ts';
import {
  addRenditions,
  addSampleTitles,
  addTitle,
  change,
  media,
  newestVersion,
  publishStream,
} from './testing/titles.ts';

const site = await openSite(t);

t.test('the library follows what happens', async (t) => {
  const api = await site.start(t);
  const asset = await addTitle(api, { title: 'Live title' });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const row = page.getByTestId('asset').filter({ hasText: 'Live title' });
  await row.getByText('Waiting · next in line').waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  // 39 % encoded in 83.1 s and nothing packaged: 37 % of all, and 130 s to go.
  await api.rows.rendition({ version_id: asset.versionId, units_total: 1000 });
  const [units, startedAt] = [1000, api.clock.now() - 83_100];
  await api.rows.chunk({
    version_id: asset.versionId,
    state: 'encoding',
    units,
    units_done: 390,
    started_at: startedAt,
  });
  await change(api, asset, { version: 'encoding' });
  await row.getByText('Encoding · 37% · 3 min left').waitFor();
  t.equal(await row.getByRole('progressbar').getAttribute('aria-valuetext'), 'Encoding · 37% · 3 min left');
  await api.lifecycle.waitsForRoom(asset.versionId, api.clock.now() + 60_000);
  await row.getByText('Waiting: the server has too little free disk space. It goes on by itself.').waitFor();
  await change(api, asset, { asset: 'ready', version: 'complete', media: media(61_000, {}) });
  await row.getByText('Ready').waitFor();
  await row.getByText('1:01').waitFor();
  t.equal(await row.getByTestId('work').count(), 0);

  await addTitle(api, {
    title: 'Podcast',
    state: 'failed',
    version: 'failed',
    error: { code: 'media_no_video', message: 'This file has no video track.' },
  });
  await page.getByTestId('asset').filter({ hasText: 'Podcast' }).getByText('This file has no video track.').waitFor();

  await page.getByLabel('Show', { exact: true }).selectOption('Failed');
  await row.waitFor({ state: 'detached' });
  await page.getByTestId('asset').filter({ hasText: 'Podcast' }).waitFor();
  t.equal(await page.getByTestId('asset').count(), 1);
  await page.getByLabel('Show', { exact: true }).selectOption('Cancelled');
  await page.getByText('No title is in the state “Cancelled”.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await row.waitFor();
});

t.test('a long library comes page by page', async (t) => {
  const api = await site.start(t);
  for (let index = 1; index <= 30; index += 1) await addTitle(api, { title: `Title ${index}` });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByTestId('asset').nth(24).waitFor();
  t.equal(await page.getByTestId('asset').count(), 25);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Title 1', { exact: true }).waitFor();
  t.equal(await page.getByTestId('asset').count(), 30);
  t.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
});

t.test('a title from the first second of its processing to its re-encoding', async (t) => {
  const api = await site.start(t);
  const asset = await addTitle(api, { title: 'Detail' });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/assets/${asset.assetId}`);
  await page.getByText('The player appears here as soon as the first seconds are encoded.').waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  await addRenditions(api, asset.versionId, 0.5);
  await change(api, asset, {
    asset: 'playable',
    version: 'playable',
    media: media(52_000, {
      width: 1920,
      height: 1080,
      rotation: 90,
      averageFrameRate: { num: 30_000, den: 1001 },
      variableFrameRate: true,
    }),
  });
  await page.getByText('1920×1080, 29.97 fps, variable, rotated 90°').waitFor();
  await page.getByText('stereo, English, AAC').waitFor();
  const first = page.getByTestId('rendition').filter({ hasText: 'v1080-6000' });
  await first.getByText('50%').waitFor();
  t.match(
    await first.innerText(),
    /1080p[\s\S]*1920×1080[\s\S]*H\.264 High 4\.0[\s\S]*6\.0 Mb\/s[\s\S]*4\.3 Mb\/s[\s\S]*5\.8 Mb\/s/,
  );
  const channelsOf = (name: string) =>
    page.getByTestId('rendition').filter({ hasText: name }).getByTestId('rendition-extent').innerText();
  t.same([await channelsOf('a0-128'), await channelsOf('a0-384')], ['2.0', '5.1'], 'sound tells its channels');
  await page.getByRole('button', { name: 'Play Detail' }).waitFor();
  t.equal(await page.getByRole('button', { name: 'Re-encode' }).count(), 0, 'only what works is offered');
  t.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0);

  await page.getByRole('button', { name: 'Cancel processing' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel processing' }).click();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByTestId('version').nth(1).waitFor();
  await page.getByText('Waiting · next in line').first().waitFor();
  const second = { assetId: asset.assetId, versionId: await newestVersion(api, asset.assetId) };
  await addRenditions(api, second.versionId, 1);
  await change(api, second, { asset: 'ready', version: 'complete' });
  await page.getByRole('button', { name: 'Re-encode' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Re-encode' }).click();
  await page.getByTestId('version').filter({ hasText: 'Version 3' }).waitFor();
  await page.getByTestId('version').filter({ hasText: 'Version 2' }).getByRole('button').click();
  await page.getByRole('columnheader', { name: 'Progress' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Title').fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A title needs at least one character.').waitFor();
  await page.getByLabel('Title').fill('New name');
  await page.getByLabel('Title').press('Enter');
  await page.getByRole('heading', { name: 'New name' }).waitFor();
  const { title } = await api.db.selectFrom('assets').select('title').executeTakeFirstOrThrow();
  t.equal(title, 'New name');
});

t.test('what the server refuses is said where it was asked', async (t) => {
  const api = await site.start(t);
  const { failed: hopeless } = await addSampleTitles(api);
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/assets/${hopeless.assetId}`);
  await page
    .getByTestId('asset-trouble')
    .getByText('This file has no video track. Upload a file with a picture.')
    .waitFor();
  await page.getByText('Trying again with the same file would end the same way.').waitFor();
  t.equal(await page.getByRole('button', { name: 'Retry' }).count(), 0, 'nothing is offered that cannot help');
  const failed = await addTitle(api, {
    state: 'failed',
    version: 'failed',
    error: { code: 'encode_stalled', message: 'Encoding made no progress.' },
  });
  await page.goto(`${api.url}/dashboard/assets/${failed.assetId}`);
  await page.getByTestId('asset-trouble').getByText('Encoding made no progress.').waitFor();
  // Somebody else was faster; this page has not heard of it.
  await api.db.updateTable('versions').set({ state: 'encoding' }).where('id', '=', failed.versionId).execute();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Only processing that failed or was cancelled can be tried again.').waitFor();
});

t.test('what a title lost is said on its page, and marked in the list', async (t) => {
  const api = await site.start(t);
  const asset = await addTitle(api, { title: 'A film with an odd sound', state: 'ready', version: 'complete' });
  await change(api, asset, { asset: 'ready' });
  const whole = await addTitle(api, { title: 'A whole film', state: 'ready', version: 'complete' });
  await api.rows.warnings(
    asset.versionId,
    videoWarnings.audio_track_not_accepted({ track: 2, codec: `<b>${'w'.repeat(90)}` }),
    videoWarnings.pictures_damaged({ pictures: 12, of: 300, firstMs: 75_000 }),
  );
  for (const width of [1280, 390]) {
    const page = await openPage(t, site.browser, width);
    await signIn(page, api);
    const row = page.getByTestId('asset').filter({ hasText: 'odd sound' });
    await row.getByTestId('asset-warned').getByText('2 warnings').waitFor();
    t.equal(await page.getByTestId('asset-warned').count(), 1, 'only where there is something');
    t.ok((await overflow(page)) <= 0);
    await row.getByRole('link').click();
    const told = page.getByTestId('asset-warnings');
    await told
      .getByText('12 of 300 pictures are damaged in the file and may look wrong, the first of them near 1:15.')
      .waitFor();
    await told.getByText('<b>ww').waitFor();
    t.equal(await told.getByRole('listitem').count(), 2);
    t.ok((await overflow(page)) <= 0, `nothing sticks out at ${width}`);
    await page.goto(`${api.url}/dashboard/assets/${whole.assetId}`);
    await page.getByRole('heading', { name: 'A whole film' }).waitFor();
    t.equal(await page.getByTestId('asset-warnings').count(), 0);
  }
});

t.test('deleting asks first', async (t) => {
  const api = await site.start(t);
  const { ready, portrait } = await addSampleTitles(api);
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/assets/${ready.assetId}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this title?' });
  await dialog.getByText(ready.title).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === 'Keep it');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  t.ok((await api.assetIds()).includes(ready.assetId), 'nothing happens without the answer');

  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByText('“Series” has this video. Replace the video there first.').waitFor();
  t.ok((await api.assetIds()).includes(ready.assetId), 'a title has it');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await api.db.updateTable('titles').set({ asset_id: null }).execute();
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.notOk((await api.assetIds()).includes(ready.assetId));
  await page.getByTestId('asset').filter({ hasText: ready.title }).waitFor({ state: 'detached' });

  await page.goto(`${api.url}/dashboard/assets/${portrait.assetId}`);
  await page.getByRole('heading', { name: portrait.title }).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  await page.evaluate(
    async ({ id, email, password }) => {
      // Another administrator, in effect: the page itself has no part in it.
      const { accessToken } = (await (
        await fetch('/api/v1/accounts/sign-in', {
          method: 'POST',
          credentials: 'omit',
          headers: { 'dramabox-client': 'test', 'Content-Type': 'application/json' },
          body: JSON.stringify({ email, password, delivery: 'cookie' }),
        })
      ).json()) as { accessToken: string };
      await fetch(`/api/v1/assets/${id}`, { method: 'DELETE', headers: { Authorization: `Bearer ${accessToken}` } });
    },
    { id: portrait.assetId, ...people.admin },
  );
  await page.getByText('This title does not exist').waitFor();
});

t.test('text stays text', async (t) => {
  const api = await site.start(t);
  const evil = '<img src=x onerror="window.hacked=1"><b>bold</b>';
  await addTitle(api, {
    title: evil,
    filename: `${evil}.mp4`,
    state: 'failed',
    version: 'failed',
    error: { code: 'media_damaged', message: evil },
  });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('link', { name: evil }).click();
  await page.getByRole('heading', { name: evil }).waitFor();
  t.equal(await page.getByTestId('asset-title').innerText(), evil);
  await page.getByTestId('asset-trouble').getByText(evil).waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByText(evil).waitFor();
  t.equal(await page.evaluate(() => 'hacked' in window || document.querySelector('b, img') !== null), false);
  t.equal(await page.title(), `${evil} · Dramabox`);
});

t.test('the player', async (t) => {
  const api = await site.start(t);
  const { ready, portrait } = await addSampleTitles(api);
  await publishStream(t, api, [ready, portrait]);
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/assets/${ready.assetId}`);
  const play = page.getByRole('button', { name: /^Play / });
  await play.waitFor();
  t.equal(await api.streams(), 0, 'looking at a title is not a stream');
  t.notOk(
    api.network.requests.some(({ path }) => /stream-[\w-]+\.js$/.test(path)),
    'hls.js is not loaded before it is needed',
  );
  await play.click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  await page.getByText(/Now showing 320 × 180/).waitFor();
  t.equal(await api.streams(), 1);

  await page.getByRole('button', { name: 'Get playback URLs' }).click();
  t.match(await page.getByLabel('HLS URL', { exact: true }).inputValue(), /\/s\/.*\.m3u8$/);
  await page.getByRole('button', { name: 'Copy DASH URL' }).click();
  await page.getByText('DASH URL copied').waitFor({ state: 'attached' });
  t.equal(await api.streams(), 2);

  await page.getByRole('main').getByRole('link', { name: 'Library' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.waitForFunction(() => document.querySelector('video') === null);
  await until('leaving the page has ended its stream; the links go on', async () => (await api.streams()) === 1);

  await page.getByRole('link', { name: portrait.title }).click();
  const box = await page.getByTestId('player').boundingBox();
  t.ok(box && Math.abs(box.width / box.height - 1080 / 1920) < 0.01, 'a portrait title is shown in portrait');
  api.network.disturb = ({ path }) => (path.startsWith('/s/') ? { kind: 'answer', status: 403 } : undefined);
  await play.click();
  await page
    .getByTestId('player-error')
    .getByText('This playback session has ended. Press play to start a new one.')
    .waitFor();
  api.network.disturb = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2);
});

for (const width of [1440, 390]) {
  t.test(`everything fits at ${width} px`, async (t) => {
    const api = await site.start(t);
    const samples = await addSampleTitles(api);
    const unbroken = await addTitle(api, {
      title: 'x'.repeat(300),
      filename: `${'y'.repeat(250)}.mp4`,
      state: 'failed',
      version: 'failed',
      error: { code: 'media_damaged', message: 'z'.repeat(400) },
    });
    const page = await openPage(t, site.browser, width);
    await page.goto(`${api.url}/dashboard/`);
    await page.getByLabel('E-mail').waitFor();
    t.ok((await overflow(page)) <= 0, 'sign in');
    await signIn(page, api);
    await page.getByTestId('asset').nth(5).waitFor();
    t.equal(
      await page.getByRole('table').count(),
      width === 1440 ? 1 : 0,
      'a table where there is room, cards elsewhere',
    );
    await page.setInputFiles(fileInput, [
      (await site.videoFile(`${'long-name-'.repeat(12)}.mp4`, 500)).path,
      (await site.videoFile('a.txt', 5)).path,
    ]);
    await page.getByTestId('upload').filter({ hasText: 'a.txt' }).getByText('a.txt is not a video.').waitFor();
    t.ok((await overflow(page)) <= 0, 'library with uploads');
    for (const { assetId, title } of [...Object.values(samples), unbroken]) {
      await page.goto(`${api.url}/dashboard/assets/${assetId}`);
      await page.getByTestId('asset-title').waitFor();
      t.ok((await overflow(page)) <= 0, title.slice(0, 40));
    }
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor();
    t.ok((await overflow(page)) <= 0, 'dialog');
  });
}
