import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addStills, addTitle, change, media, publishStream } from './testing/titles.ts';

const site = await openSite(t);
const settings = {
  encode: { ladders: ['animation=animation.yaml'] },
  catalogue: { priceClasses: ['free', 'premium'] },
};
type Api = Awaited<ReturnType<typeof site.start>>;

const saved = (page: Page) => page.locator('[data-testid=save-state][data-state=saved]').waitFor();
const marker = (page: Page, kind: string) => page.getByTestId(`marker-${kind}`);

/** A video of eight seconds that plays. */
async function addVideo(t: Parameters<typeof publishStream>[0], api: Api) {
  const size = { width: 320, height: 180 };
  const video = await addTitle(api, { title: 'lantern-e01.mp4', isInCatalogue: false, media: media(8000, size) });
  await api.db.updateTable('assets').set({ duration_ms: 8000 }).where('id', '=', video.assetId).execute();
  await addStills(api, video, ['steelblue']);
  await publishStream(t, api, [video]);
  await change(api, video, { asset: 'ready', version: 'complete' });
  return video;
}

t.test('a title says what it streams like, and what it has from its series', async (t) => {
  const api = await site.start(t, { settings });
  const editor = await Editor.start(api);
  const { series, episodes } = await editor.series(2);
  const video = await addVideo(t, api);
  const id = episodes[0]!.id;
  await editor.change(id, { assetId: video.assetId });
  await editor.change(series.id, { topRung: 1080, priceClass: 'premium', freeEpisodes: 3 });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  const streaming = page.getByTestId('streaming');
  await streaming.getByText('From the series: 1080p.').waitFor();
  await streaming.getByText('From the series: premium.').waitFor();
  await streaming.getByText('From the series: the first 3 episodes of season 1 are free.').waitFor();
  await streaming.getByRole('combobox', { name: 'Ladder' }).selectOption('animation');
  await streaming.getByLabel('Quality preset').selectOption('Slow');
  await streaming.getByLabel('Price class').selectOption('free');
  await saved(page);
  t.match(await editor.get(id), { ladder: 'animation', qualityPreset: 'slow', priceClass: 'free' });
  await page.getByTestId('encoded-otherwise').waitFor();
  await streaming.scrollIntoViewIfNeeded();
  await lookAt(t, page, 'the streaming of an episode');
  await page.getByTestId('encoded-otherwise').getByRole('button', { name: 'Encode again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Encode again' }).click();
  await page.getByTestId('encoded-otherwise').waitFor({ state: 'detached' });
  t.equal((await api.db.selectFrom('versions').select('id').where('asset_id', '=', video.assetId).execute()).length, 2);

  await api.db.updateTable('titles').set({ ladder: 'opera' }).where('id', '=', id).execute();
  await page.reload();
  await streaming.getByText('The configuration has it no more.').waitFor();
  t.equal(await streaming.getByRole('combobox', { name: 'Ladder' }).inputValue(), 'opera');

  await page.goto(`${api.url}/dashboard/catalogue/${series.id}`);
  t.equal(await streaming.getByLabel('Free episodes').inputValue(), '3');
});

t.test('markers are set where the video is, typed, tried, and copied to the season', async (t) => {
  const api = await site.start(t, { settings });
  const editor = await Editor.start(api);
  const { episodes } = await editor.series(3);
  const [id, other, short] = episodes.map((episode) => episode.id) as [string, string, string];
  const video = await addVideo(t, api);
  await editor.change(id, { assetId: video.assetId });
  const shortVideo = await api.rows.asset({ state: 'ready', duration_ms: 2000 });
  await editor.change(short, { assetId: shortVideo.id });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByText('Viewers are offered nothing to skip.').waitFor();
  await page.getByRole('link', { name: 'Set the markers' }).click();
  const intro = marker(page, 'intro');
  await intro.getByRole('button', { name: 'Begins here, where the video is: Intro' }).click();
  await page.getByText('Play the video first').waitFor();

  // By the keyboard alone, with both forms of a time.
  await intro.getByLabel('Begins: Intro').focus();
  await page.keyboard.type('1.5');
  await intro.getByText('It is saved as soon as it has a beginning and an end.').waitFor();
  await page.reload();
  t.equal(await intro.getByLabel('Begins: Intro').inputValue(), '0:01.500', 'half of it is kept');
  await intro.getByLabel('Ends: Intro').focus();
  await page.keyboard.type('0:04.25');
  await page.keyboard.press('Tab');
  await saved(page);
  t.equal(await intro.getByLabel('Ends: Intro').inputValue(), '0:04.250');
  t.match((await editor.get(id)).markers, { intro: { startMs: 1500, endMs: 4250 } });
  t.match(await page.getByTestId('marker-strip').getAttribute('aria-label'), /Intro from 0:01.500 to 0:04.250/);

  await page.getByRole('button', { name: /^Play lantern/ }).click();
  await page.locator('[data-testid=player][data-step=open]').waitFor();
  const at = (seconds: number) =>
    page.evaluate(async (to) => {
      const element = document.querySelector('video') as HTMLVideoElement;
      element.pause();
      if (Math.abs(element.currentTime - to) < 0.001) return;
      const sought = new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
      element.currentTime = to;
      await sought;
    }, seconds);
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  await at(6.5);
  const credits = marker(page, 'credits');
  await credits.getByRole('button', { name: 'Begins here, where the video is: Credits' }).press('Enter');
  await saved(page);
  t.match((await editor.get(id)).markers, { credits: { startMs: 6500, endMs: 8000 } }, 'credits go on to the end');
  await intro.getByRole('button', { name: 'Try it, from three seconds before: Intro' }).click();
  await page.waitForFunction(() => {
    const element = document.querySelector('video') as HTMLVideoElement;
    return !element.paused && element.currentTime < 4;
  });
  await credits.getByRole('button', { name: 'Try it, from three seconds before: Credits' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) >= 3.5);
  await page.evaluate(() => document.querySelector('video')?.pause());

  await credits.getByLabel('Ends: Credits').fill('9');
  await credits.getByText('The video is only 0:08 long.').waitFor();
  await credits.getByLabel('Ends: Credits').fill('8');
  const recap = marker(page, 'recap');
  await recap.getByLabel('Begins: Recap').fill('0');
  await recap.getByLabel('Ends: Recap').fill('2');
  await recap.getByText('Two markers would overlap').waitFor();
  await recap.getByLabel('Ends: Recap').fill('0:01.000');
  await recap.getByLabel('Ends: Recap').press('Tab');
  await saved(page);
  await lookAt(t, page, 'the markers of an episode');
  t.ok((await overflow(page)) <= 0);
  await recap.getByRole('button', { name: 'Remove: Recap' }).click();
  await saved(page);
  t.equal((await editor.get(id)).markers.recap, null);

  await page.getByRole('button', { name: 'Copy to the whole season' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Credits' }).uncheck();
  await dialog.getByRole('button', { name: 'Look what would change' }).click();
  await dialog.getByText('1 episode gets them.').waitFor();
  await dialog.getByTestId('copy-refused').getByText('behind the end of the video').waitFor();
  await dialog.getByRole('button', { name: 'Change them' }).click();
  await dialog.waitFor({ state: 'detached' });
  t.match((await editor.get(other)).markers, { intro: { startMs: 1500, endMs: 4250 }, credits: null });
  t.match((await editor.get(short)).markers, { intro: null });

  // A shorter video takes its place.
  await api.db
    .updateTable('assets')
    .set({ media_info: JSON.stringify(media(7000, {})) })
    .where('id', '=', video.assetId)
    .execute();
  await page.goto(`${api.url}/dashboard/catalogue/${id}`);
  await page.getByTestId('markers').getByTestId('marker-too-long').waitFor();
  t.equal(await page.getByTestId('marker-too-long').count(), 1, 'the intro fits');
  await page.goto(`${api.url}/dashboard/catalogue/${episodes[0]!.parentId}/markers`);
  await page.getByTestId('title-missing').waitFor();
});

t.test('two who change a marker at once are asked', async (t) => {
  const api = await site.start(t, { settings });
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${id}/markers`);
  await page.getByTestId('no-video').waitFor();
  const intro = marker(page, 'intro');
  await intro.getByLabel('Begins: Intro').fill('1');
  await editor.change(id, { markers: { intro: { startMs: 2000, endMs: 3000 } } });
  await intro.getByLabel('Ends: Intro').fill('5');
  const conflict = page.getByTestId('conflict');
  await conflict.getByText('0:02.000 – 0:03.000').waitFor();
  t.ok((await overflow(page)) <= 0);
  await conflict.getByRole('button', { name: 'Keep mine: Intro' }).click();
  await saved(page);
  t.match((await editor.get(id)).markers, { intro: { startMs: 1000, endMs: 5000 } });
});
