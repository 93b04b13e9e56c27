import t from 'tap';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addStills, addTitle, change, media } from './testing/titles.ts';

const site = await openSite(t);
/** No place to break a line. */
const long = 'averyverylongname'.repeat(6);

t.test('the catalogue and a title', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const page = await openPage(t, site.browser);
  const dialog = page.getByRole('dialog');
  await signIn(page, api, '/dashboard/catalogue');
  await page.getByTestId('titles-empty').waitFor();
  await lookAt(t, page, 'an empty catalogue');
  const { series, episodes } = await editor.series(3);
  const { id } = await editor.make({ kind: 'movie', text: { name: long } });
  const video = await addTitle(api, { title: 'tide-master.mp4', isInCatalogue: false });
  await change(api, video, { asset: 'ready', version: 'complete' });
  await addStills(api, video, ['steelblue']);
  await editor.change(episodes[0]!.id, { assetId: video.assetId });
  await page.reload();
  await page.getByTestId('title').nth(1).waitFor();
  await lookAt(t, page, 'the catalogue');
  await page.getByRole('button', { name: 'New series or movie' }).click();
  await dialog.getByRole('button', { name: 'Make the draft' }).click();
  await dialog.getByText('Fill this in.').waitFor();
  await lookAt(t, page, 'a new title without a name');

  await page.goto(`${api.url}/dashboard/catalogue/${id}`);
  await page.getByLabel('Add a language').selectOption('Arabic');
  await page.getByRole('button', { name: 'Add a release' }).click();
  await page.getByTestId('release').getByLabel('Time zone').selectOption('Asia/Seoul');
  await page.getByTestId('release').getByLabel('From').fill('2026-12-24T18:00');
  await page.getByLabel('Address').fill('No Address');
  await lookAt(t, page, 'a title in work');
  await editor.change(id, { texts: { en: { name: 'Theirs' } } });
  await page.getByRole('tab', { name: 'English' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await page.getByTestId('conflict').waitFor();
  await lookAt(t, page, 'a conflict');
  await page.getByRole('button', { name: 'Choose a video' }).click();
  await dialog.getByTestId('video-choice').waitFor();
  await lookAt(t, page, 'a video is chosen');

  await page.goto(`${api.url}/dashboard/catalogue/${series.id}`);
  await page.getByTestId('part').nth(3).waitFor();
  await page.getByLabel('Choose Episode 1, Some episode').check();
  await page.getByTestId('bulk-steps').waitFor();
  await page.getByTestId('bulk-steps').scrollIntoViewIfNeeded();
  await lookAt(t, page, 'a series');
  await page.goto(`${api.url}/dashboard/catalogue/${episodes[0]!.id}`);
  await page.getByTestId('title-video').waitFor();
  await lookAt(t, page, 'an episode');
  await page.goto(`${api.url}/dashboard/catalogue/${series.id}/preview`);
  await page.getByTestId('phone').getByRole('heading', { name: 'Some series' }).waitFor();
  await lookAt(t, page, 'a preview');
  await page.goto(`${api.url}/dashboard/catalogue/title_01J00000000000000000000000`);
  await page.getByTestId('title-missing').waitFor();
  await lookAt(t, page, 'a title of the catalogue that is gone');
});

t.test('categories, people, the schedule and the home page', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  for (const [kind, name] of [
    ['category', 'Revenge'],
    ['category', long],
    ['tag', 'Sea'],
    ['person', 'Kim Ha-eun'],
  ])
    await editor.send('POST', '/terms', { kind, originalLanguage: 'en', text: { name } });
  const movie = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  await editor.release(movie.id, ['*', Date.parse('2027-03-10T20:00Z'), Date.parse('2027-03-20T20:00Z')]);
  await editor.send('PUT', '/featured', { titles: [movie.id] });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue/categories');
  await page.getByTestId('category').nth(1).waitFor();
  await page.getByTestId('term').waitFor();
  await lookAt(t, page, 'categories');
  await page.getByRole('button', { name: 'Revenge', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Language').selectOption('Korean');
  await lookAt(t, page, 'a category');
  await page.goto(`${api.url}/dashboard/catalogue/people`);
  await page.getByTestId('term').waitFor();
  await lookAt(t, page, 'people');
  await page.goto(`${api.url}/dashboard/catalogue/schedule?month=2027-03`);
  await page.getByTestId('moment').nth(1).waitFor();
  await lookAt(t, page, 'the schedule');
  await page.goto(`${api.url}/dashboard/catalogue/schedule?month=2027-04&as=list`);
  await page.getByTestId('schedule-empty').waitFor();
  await lookAt(t, page, 'an empty schedule');
  await page.goto(`${api.url}/dashboard/catalogue/home`);
  await page.getByTestId('featured').waitFor();
  await lookAt(t, page, 'the home page');
});

t.test('subtitles and audio', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const video = await addTitle(api, {
    isInCatalogue: false,
    media: {
      ...media(60_000, {}),
      subtitles: ['subrip', 'hdmv_pgs_subtitle', 'ass'].map((codec, n) => ({ stream: n + 2, codec, language: 'ko' })),
    },
  });
  await change(api, video, { asset: 'ready', version: 'complete' });
  await addStills(api, video, ['steelblue']);
  const audio = [0, 1].map((track) => ({ track, language: 'ko', label: `Sound ${track}`, isDefault: track === 0 }));
  await api.db
    .updateTable('versions')
    .set({ plan: JSON.stringify({ audio }) })
    .where('id', '=', video.versionId)
    .execute();
  await api.db.updateTable('assets').set({ duration_ms: 60_000 }).where('id', '=', video.assetId).execute();
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}/tracks`);
  await page.getByTestId('no-subtitles').waitFor();
  await lookAt(t, page, 'no subtitles');
  await editor.change(id, { assetId: video.assetId });
  const srt = Array.from({ length: 40 }, (_, n) => {
    const second = String(n).padStart(2, '0');
    return `${n + 1}\n00:00:${second},000 --> 00:00:${second},900\n${n === 2 ? long : `<i>Line</i> ${n + 1}`}\n`;
  }).join('\n');
  const content = Buffer.from(srt).toString('base64');
  const made = await editor.send('POST', `/titles/${id}/subtitles`, {
    language: 'ar',
    isForced: true,
    isSdh: true,
    content,
  });
  const { subtitles } = made.json<{ subtitles: { id: string } }>();
  await editor.send('POST', `/titles/${id}/subtitles`, { language: 'en', label: long.slice(0, 100), isOn: false });
  await editor.send('POST', `/titles/${id}/subtitles/found`, { assetId: video.assetId, stream: 2 });
  await editor.send('POST', `/titles/${id}/subtitles/found`, { assetId: video.assetId, stream: 4 });
  await api.db
    .updateTable('text_extractions')
    .set({ state: 'failed', problem: 'There is no text in it.' })
    .where('stream', '=', 4)
    .execute();
  await page.reload();
  await page.getByTestId('subtitles').nth(1).waitFor();
  await page.getByTestId('found').getByText('There is no text in it.').waitFor();
  await lookAt(t, page, 'subtitles and audio');
  await page.getByRole('button', { name: /^More: Arabic/ }).click();
  await page.getByRole('menuitem', { name: 'Language and kind' }).click();
  await page.getByRole('dialog').getByLabel('Name in the player').waitFor();
  await lookAt(t, page, 'what kind subtitles are');

  await page.goto(`${api.url}/dashboard/catalogue/${id}/tracks/${subtitles.id}`);
  await page.getByTestId('cue').nth(2).waitFor();
  await lookAt(t, page, 'texts of subtitles');
  // Where fingers press was tried all over it.
  await page.getByTestId('cue-list').evaluate((list: HTMLElement) => {
    list.scrollTop = 0;
  });
  await page.getByTestId('cue').filter({ hasText: '0:01.000' }).getByRole('button').first().click();
  await page.getByLabel('Ends').fill('0:02.500');
  await page.getByLabel('Ends').press('Enter');
  await page.locator('[data-testid=save-state][data-state=saved]').waitFor();
  await page.getByLabel('Text', { exact: true }).fill('');
  await page.getByText('Empty: not saved').waitFor();
  await lookAt(t, page, 'a text that is changed');
  await editor.send('PATCH', `/subtitles/${subtitles.id}/cues`, {
    revision: 2,
    changes: [{ number: 2, text: 'Theirs' }],
  });
  await page.getByLabel('Text', { exact: true }).fill('Mine');
  await page.getByTestId('cue-conflicts').waitFor();
  await lookAt(t, page, 'a text that somebody else changed');
  await page.goto(`${api.url}/dashboard/catalogue/${id}/tracks/subtitles_01J00000000000000000000000`);
  await page.getByTestId('cues-missing').waitFor();
  await lookAt(t, page, 'subtitles that are gone');
});
