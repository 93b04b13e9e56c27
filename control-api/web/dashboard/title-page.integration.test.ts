import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addTitle, change } from './testing/titles.ts';

const site = await openSite(t);

const dialog = (page: Page) => page.getByRole('dialog');

t.test('a movie gets a video, is released in Seoul, and is published and withdrawn', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const video = await addTitle(api, { title: 'tide-master', isInCatalogue: false });
  await change(api, video, { asset: 'ready', version: 'complete' });
  await addTitle(api, { title: 'Another file' });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await dialog(page).getByText('It has no video yet').waitFor();
  await dialog(page).getByRole('button', { name: 'Leave it' }).click();

  await page.getByRole('button', { name: 'Choose a video' }).click();
  await dialog(page).getByRole('searchbox').fill('tide');
  await dialog(page).getByText('Another file').waitFor({ state: 'detached' });
  await dialog(page).getByRole('button', { name: 'Take it: tide-master' }).click();
  await page.getByTestId('title-video').getByText('Ready').waitFor();

  await page.getByRole('button', { name: 'Add a release' }).click();
  const release = page.getByTestId('release');
  await release.getByLabel('Time zone').selectOption('Asia/Seoul');
  await release.getByLabel('From').fill('2026-12-24T18:00');
  await page.reload();
  t.equal(await release.getByLabel('From').inputValue(), '2026-12-24T18:00', 'what is not saved stays');
  await page.getByRole('button', { name: 'Save the release' }).click();
  await page.getByRole('button', { name: 'Save the release' }).waitFor({ state: 'detached' });
  t.match(await editor.get(id), {
    assetId: video.assetId,
    releases: [{ region: '*', opensAt: '2026-12-24T09:00:00.000Z', closesAt: null, timeZone: 'Asia/Seoul' }],
  });
  await release.getByText(/^For you Dec 24, 2026, 9:00/).waitFor();

  await page.getByRole('button', { name: 'Submit for review' }).click();
  await page.getByTestId('title-state').getByText('In review').waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await page.getByTestId('windows').getByText('Everywhere else: from Dec 24, 2026').waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await dialog(page).getByRole('button', { name: 'Withdraw' }).click();
  await page.getByTestId('title-state').getByText('Approved').waitFor();
  await page.locator('[data-event="title.state-changed"]').nth(2).waitFor();

  await page.goto(`${api.url}/dashboard/assets/${video.assetId}`);
  await page.getByRole('link', { name: 'The Tide' }).click();
  await page.getByTestId('title-name').getByText('The Tide').waitFor();
});

t.test('categories and people are found, or made on the way', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  await editor.send('POST', '/terms', { kind: 'category', originalLanguage: 'en', text: { name: 'Revenge' } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByRole('combobox', { name: 'Add a category' }).fill('reven');
  await page.getByRole('option', { name: 'Revenge' }).click();
  await page.getByRole('list', { name: 'Categories' }).getByText('Revenge').waitFor();
  // Somebody else changes the title meanwhile.
  await editor.change(id, { year: 2020 });
  await page.getByRole('combobox', { name: 'Add a person' }).fill('Kim Ha-eun');
  await page.getByRole('option', { name: 'Make “Kim Ha-eun”' }).click();
  await page.getByLabel('Whom Kim Ha-eun plays').fill('The captain');
  await page.getByLabel('Whom Kim Ha-eun plays').press('Tab');
  await page.waitForResponse((response) => response.request().method() === 'PUT' && response.ok());
  t.ok((await overflow(page)) <= 0);
  t.match((await editor.send('GET', `/titles/${id}/terms`)).json(), {
    items: [
      { name: 'Revenge', role: null },
      { name: 'Kim Ha-eun', role: 'cast', part: 'The captain' },
    ],
  });
  await page.getByRole('button', { name: 'Remove Revenge' }).click();
  await page.getByRole('list', { name: 'Categories' }).waitFor({ state: 'detached' });
});

t.test('what is deleted says so, and comes back', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByTestId('titles-empty').waitFor();
  await page.goto(`${api.url}/dashboard/catalogue?deleted=true`);
  await page.getByRole('link', { name: 'The Tide' }).click();
  t.equal(await page.getByLabel('Name', { exact: true }).getAttribute('readonly'), '');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await page.getByTestId('title-deleted').waitFor({ state: 'detached' });
  t.equal((await editor.get(id)).deletedAt, null);
  await page.goto(`${api.url}/dashboard/catalogue/title_01J00000000000000000000000`);
  await page.getByTestId('title-missing').waitFor();
});
