import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addTitle, change } from './testing/titles.ts';

const site = await openSite(t);

const momentsOn = (page: Page, day: string) => page.locator(`[data-day="${day}"]`).getByTestId('moment');

t.test('what opens and closes is on its day, in the time zone that was chosen', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { series, season, episodes } = await editor.series(1);
  const at = (text: string) => Date.parse(text);
  await editor.release(series.id, ['*', at('2027-03-10T20:00Z'), at('2027-03-20T00:00Z')]);
  await editor.release(episodes[0]!.id, ['KR', at('2027-03-11T10:00Z')]);
  await editor.step('publish', series.id, season.id);
  const page = await openPage(t, site.browser);
  await page.addInitScript(() => localStorage.setItem('dramabox-schedule-zone', '"UTC"'));
  await signIn(page, api, '/dashboard/catalogue/schedule?month=2027-03');
  await momentsOn(page, '2027-03-10').waitFor();
  t.match(await momentsOn(page, '2027-03-10').getAttribute('title'), /8:00 PM: Some series opens/);
  t.equal(await momentsOn(page, '2027-03-20').getAttribute('data-what'), 'closes');
  t.equal(await momentsOn(page, '2027-03-11').getAttribute('data-unseen'), 'true', 'it is a draft');
  await page.getByLabel('Time zone').selectOption('Asia/Seoul');
  await momentsOn(page, '2027-03-11').nth(1).waitFor();
  t.equal(await momentsOn(page, '2027-03-10').count(), 0);
  t.match(await momentsOn(page, '2027-03-11').first().getAttribute('title'), /^5:00 AM/);

  await page.getByText('List', { exact: true }).click();
  await page.getByRole('heading', { name: 'Thursday, March 11, 2027' }).waitFor();
  await page.getByText('Opens at 7:00 PM: South Korea').waitFor();
  await page.getByText('Viewers do not see it then').waitFor();
  await page.getByRole('button', { name: 'The month after' }).click();
  await page.getByTestId('schedule-empty').waitFor();
  t.equal(new URL(page.url()).searchParams.get('month'), '2027-04');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goBack();
  await page.getByRole('link', { name: 'Some series: Episode 1' }).waitFor();
  t.ok((await overflow(page)) <= 0);
});

t.test('a draft is seen as a phone shows it, in each of its languages', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { series, episodes } = await editor.series(3);
  await editor.change(series.id, {
    year: 2026,
    maturity: 12,
    texts: { en: { name: 'The Tide', synopsis: 'One.\n\nTwo.' }, ko: { name: '조수', tagline: '한 줄' } },
  });
  const video = await addTitle(api, { title: 'tide', isInCatalogue: false });
  await change(api, video, { asset: 'ready', version: 'complete' });
  await editor.change(episodes[1]!.id, { assetId: video.assetId });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${series.id}`);
  await page.getByRole('link', { name: 'Preview' }).click();
  const phone = page.getByTestId('phone');
  await phone.getByRole('heading', { name: 'The Tide' }).waitFor();
  await phone.getByText('2026 · From 12').waitFor();
  await phone.getByText('There is no video yet.').waitFor();
  await phone.getByRole('button', { name: 'Episode 2, Some episode' }).click();
  await phone.getByRole('button', { name: 'Play The Tide' }).waitFor();
  await page.getByLabel('Language').selectOption('Korean');
  await phone.getByRole('heading', { name: '조수' }).waitFor();
  await phone.getByText('한 줄').waitFor();
});
