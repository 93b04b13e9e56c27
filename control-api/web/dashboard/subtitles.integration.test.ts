import t, { type Test } from 'tap';
import type { Page } from 'playwright-core';
import { insertCues, readCues } from '../../../server/assets/tracks.ts';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow, reloadFromWithin } from '../kit/testing/browser.ts';
import { openSite, type Api } from '../kit/testing/site.ts';
import { dropFiles, signIn } from './testing/browser.ts';
import { addTitle, change, media, publishStream } from './testing/titles.ts';

const site = await openSite(t);

const state = (page: Page, is: string) => page.locator(`[data-testid=save-state][data-state=${is}]`).waitFor();
const rows = (page: Page) => page.getByTestId('cue');
const field = (page: Page) => page.getByLabel('Text', { exact: true });
const open = async (page: Page, text: string) =>
  rows(page).filter({ hasText: text }).getByRole('button').first().click();

/** A movie with a video, and subtitles of so many texts of a second each, one every two seconds. */
async function movie(api: Api, texts: number) {
  const editor = await Editor.start(api);
  const video = await addTitle(api, { isInCatalogue: false, media: media(60_000_000, {}) });
  await change(api, video, { asset: 'ready', version: 'complete' });
  await api.db.updateTable('assets').set({ duration_ms: 60_000_000 }).where('id', '=', video.assetId).execute();
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  await editor.change(id, { assetId: video.assetId });
  const subtitles = await api.rows.subtitles({
    title_id: id,
    cues: texts,
    next_cue: texts + 1,
    timed_for_asset_id: video.assetId,
  });
  const cues = Array.from({ length: texts }, (_, index) => ({
    startMs: index * 2000,
    endMs: index * 2000 + 1000,
    text: `Line ${index + 1}`,
    settings: '',
  }));
  await api.db.transaction().execute(async (tx) => insertCues(tx, subtitles.id, cues, 1));
  const saved = async () =>
    (await readCues(api.db, subtitles.id)).map(({ startMs, endMs, text }) => [startMs, endMs, text]);
  const revision = async () =>
    (await editor.send('GET', `/subtitles/${subtitles.id}`)).json<{ revision: number }>().revision;
  return { editor, video, id, subtitlesId: subtitles.id, saved, revision, path: `/dashboard/catalogue/${id}/tracks` };
}

async function editorOf(t: Test, texts: number, width = 1440) {
  const api = await site.start(t);
  const made = await movie(api, texts);
  const page = await openPage(t, site.browser, width);
  await signIn(page, api, `${made.path}/${made.subtitlesId}`);
  await rows(page).first().waitFor();
  return { api, page, ...made };
}

t.test('of twenty thousand texts those in sight are there, and each is found and changed', async (t) => {
  const { page, saved } = await editorOf(t, 20_000);
  await page.getByTestId('cue-count').getByText('20,000 texts').waitFor();
  t.ok((await rows(page).count()) < 60);
  t.equal(await rows(page).first().getAttribute('aria-setsize'), '20000');
  await page.getByLabel('Search in the texts').fill('Line 19999');
  await page.getByTestId('cue-count').getByText('1 text found').waitFor();
  await open(page, 'Line 19999');
  await field(page).fill('Found');
  await state(page, 'saved');
  t.match(await saved(), { 19_998: [39_996_000, 39_997_000, 'Found'] });
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.getByTestId('cue-count').getByText('20,000 texts').waitFor();
  // The chosen one is shown among all, and the keys lead on from it.
  await page.keyboard.press('Alt+ArrowDown');
  await page.waitForSelector('[data-testid=cue][data-chosen][aria-posinset="20000"]');
  t.equal(await field(page).inputValue(), 'Line 20000');
});

t.test('texts are timed, split, merged, added, deleted and put back, by keys as well', async (t) => {
  const { page, saved } = await editorOf(t, 3);
  await open(page, 'Line 1');
  await page.getByLabel('Ends').fill('0:01,5');
  await page.getByLabel('Begins').fill('nonsense');
  await page.getByText('This is no time').waitFor();
  await page.getByLabel('Begins').fill('.5');
  await page.getByLabel('Begins').fill('0.5');
  await page.getByLabel('Begins').press('Enter');
  await state(page, 'saved');
  t.match(await saved(), [[500, 1500, 'Line 1']]);
  await field(page).fill('One Two');
  await field(page).evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(3, 3));
  await page.keyboard.press('Alt+s');
  await rows(page).nth(3).waitFor();
  await state(page, 'saved');
  t.match((await saved()).slice(0, 2), [
    [500, 929, 'One'],
    [929, 1500, 'Two'],
  ]);
  await page.getByRole('button', { name: 'Merge with the next' }).click();
  await rows(page).nth(3).waitFor({ state: 'detached' });
  await state(page, 'saved');
  t.match((await saved())[0], [500, 1500, 'One\nTwo']);
  await open(page, 'Line 2');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await rows(page).nth(2).waitFor({ state: 'detached' });
  await state(page, 'saved');
  t.equal((await saved()).length, 2);
  await page.getByRole('button', { name: 'Put back' }).click();
  await rows(page).nth(2).waitFor();
  await state(page, 'saved');
  t.match((await saved())[1], [2000, 3000, 'Line 2']);

  await page.getByRole('button', { name: 'Add a text' }).click();
  await page.getByText('Empty: not saved').waitFor();
  await state(page, 'stuck');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('Some texts cannot be saved').waitFor();
  await field(page).fill('So much to read that nobody manages it within two seconds of time');
  await page.getByText('33 characters a second').waitFor();
  await page.getByText('Overlaps').first().waitFor();
  await state(page, 'saved');
  await page.getByLabel('Only those to look at').check();
  await page.getByTestId('cue-count').getByText('2 texts found').waitFor();

  await page.getByRole('button', { name: 'Shift all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('By how many milliseconds').fill('-501');
  await dialog.getByRole('button', { name: 'Shift all' }).click();
  await dialog.getByText('The first text would begin before the video does.').waitFor();
  await dialog.getByLabel('By how many milliseconds').fill('-500');
  await dialog.getByRole('button', { name: 'Shift all' }).click();
  await dialog.waitFor({ state: 'detached' });
  t.match((await saved())[0], [0, 1000, 'One\nTwo']);
});

t.test('without the server nothing that was typed is lost, not by a reload either', async (t) => {
  const { page, saved } = await editorOf(t, 3, 390);
  await page.route('**/cues', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  await open(page, 'Line 2');
  await field(page).fill('On a train');
  await page.getByTestId('unsent').getByText('is kept in this browser').waitFor();
  t.ok((await overflow(page)) <= 0);
  await reloadFromWithin(page);
  await rows(page).filter({ hasText: 'On a train' }).waitFor();
  t.match(await saved(), { 1: [2000, 3000, 'Line 2'] });
  await page.unroute('**/cues');
  await state(page, 'saved');
  t.match(await saved(), { 1: [2000, 3000, 'On a train'] });
});

t.test('what somebody else changed as well is shown, and one of both is chosen', async (t) => {
  const { page, editor, subtitlesId, revision, saved } = await editorOf(t, 3);
  const theirs = async (...changes: readonly object[]) =>
    editor.send('PATCH', `/subtitles/${subtitlesId}/cues`, { revision: await revision(), changes });
  await theirs({ number: 1, text: 'Theirs' }, { number: 3, text: 'Theirs, too' });
  await open(page, 'Line 1');
  await field(page).fill('Mine');
  const conflicts = page.getByTestId('cue-conflicts');
  await conflicts.getByText('Theirs', { exact: false }).first().waitFor();
  await rows(page).filter({ hasText: 'Theirs, too' }).waitFor();
  t.match(await saved(), [[0, 1000, 'Theirs']]);
  await conflicts.getByRole('button', { name: /^Keep mine/ }).click();
  await conflicts.waitFor({ state: 'detached' });
  await state(page, 'saved');
  t.same(
    (await saved()).map(([, , text]) => text),
    ['Mine', 'Line 2', 'Theirs, too'],
  );
});

t.test('the player shows what is typed, and times are taken from it', async (t) => {
  const api = await site.start(t);
  const { path, subtitlesId, video, saved } = await movie(api, 3);
  await publishStream(t, api, [video]);
  const page = await openPage(t, site.browser);
  await signIn(page, api, `${path}/${subtitlesId}`);
  await rows(page).first().waitFor();
  await open(page, 'Line 2');
  t.ok(await page.getByRole('button', { name: 'Begin where the player is' }).isDisabled(), 'nothing plays yet');
  await page.getByRole('button', { name: /^play the tide/i }).click();
  const element = page.locator('video');
  const begin = page.getByRole('button', { name: 'Begin where the player is' });
  await page.locator('[data-testid=cue-fields] button:not(:disabled)', { hasText: 'Begin where' }).waitFor();
  await element.evaluate((each: HTMLVideoElement) => each.pause());
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByTestId('cue-over').getByText('Line 2').waitFor();
  await field(page).fill('<i>Typed</i> <script>');
  await page.getByTestId('cue-over').getByText('Typed <script>').waitFor();
  await element.evaluate((each: HTMLVideoElement) => {
    each.currentTime = 2.4;
  });
  await begin.click();
  await rows(page).filter({ hasText: '0:02.400 – 0:03.000' }).waitFor();
  await state(page, 'saved');
  t.match(await saved(), { 1: [2400, 3000, '<i>Typed</i> &lt;script&gt;'] });
});

t.test('tracks are listed, switched, described, dropped and downloaded', async (t) => {
  const api = await site.start(t);
  const { video, id, subtitlesId } = await movie(api, 2);
  const audio = [0, 1].map((track) => ({
    track,
    language: track ? 'en' : 'ko',
    label: `Sound ${track}`,
    isDefault: !track,
  }));
  await api.db
    .updateTable('versions')
    .set({ plan: JSON.stringify({ audio }) })
    .where('id', '=', video.versionId)
    .execute();
  const found = (stream: number, codec: string) => ({ stream, codec, language: 'de' });
  const info = { ...media(60_000_000, {}), subtitles: [found(3, 'subrip'), found(4, 'hdmv_pgs_subtitle')] };
  await change(api, video, { media: info });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByRole('link', { name: 'Subtitles and audio' }).click();
  await page.getByTestId('audio').nth(1).waitFor();
  t.ok((await overflow(page)) <= 0);
  await page.getByLabel('Viewers get Sound 0').click({ force: true });
  await page.getByText('One audio track stays on.').waitFor();
  t.ok(await page.getByLabel('Viewers get Sound 1').isDisabled());
  t.same(await api.db.selectFrom('audio_off').select('track').execute(), [{ track: 0 }]);

  await page.getByText('Pictures of texts (hdmv_pgs_subtitle)').waitFor();
  t.equal(await page.getByRole('button', { name: /^Take over/ }).count(), 1);
  await page.getByRole('button', { name: /^Take over/ }).click();
  await page.getByText('Being read…').waitFor();
  await api.db.updateTable('text_extractions').set({ state: 'failed', problem: 'Line 3: No.' }).execute();
  await page.getByTestId('found').getByText('Line 3: No.').waitFor();
  await page.getByRole('button', { name: /^Try again/ }).waitFor();
  await api.db.updateTable('assets').set({ source_key: '' }).where('id', '=', video.assetId).execute();
  await page.reload();
  await page.getByTestId('found-text').getByText('not kept any more').waitFor();
  t.equal(await page.getByRole('button', { name: /^(?:Take over|Try again)/ }).count(), 0);

  const subtitles = page.getByTestId('subtitles');
  await subtitles.getByLabel('Viewers get English').click({ force: true });
  await subtitles.locator('input:not(:checked):not(:disabled)').waitFor();
  await page.getByRole('button', { name: 'More: English' }).click();
  await page.getByRole('menuitem', { name: 'Language and kind' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name in the player').fill('Full');
  await dialog.getByLabel(/^SDH/).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await subtitles.getByText('Full', { exact: true }).waitFor();
  t.match(await api.db.selectFrom('subtitles').selectAll().where('id', '=', subtitlesId).executeTakeFirst(), {
    is_on: 0,
    is_sdh: 1,
    label: 'Full',
  });
  await page.getByRole('button', { name: 'More: Full' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download as SubRip (SRT)' }).click();
  t.equal((await downloading).suggestedFilename(), 'en.srt');

  const text = 'WEBVTT\n\n00:01.000 --> 00:02.000\ndropped';
  await dropFiles(page, '[data-testid=drop-subtitles]', [{ name: 'ko.vtt', type: 'text/vtt', text }]);
  await page.getByTestId('chosen-file').getByText('ko.vtt').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await subtitles.nth(1).getByText('1 text').waitFor();
  await page.getByRole('button', { name: 'More: Full' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await subtitles.nth(1).waitFor({ state: 'detached' });
});
