import t from 'tap';
import type { Page } from 'playwright-core';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { Editor } from '../../catalog/testing/catalogue.ts';

const site = await openSite(t);

const names = (page: Page) => page.getByTestId('title').getByRole('link').allInnerTexts();
const dialog = (page: Page) => page.getByRole('dialog');

t.test('series and movies are found, and the address says how', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  await editor.series(2);
  const tide = await editor.make({ kind: 'movie', text: { name: 'The Last Tide' } });
  await editor.make({ kind: 'movie', text: { name: 'Gone' } });
  await editor.step('submit', tide.id);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue');
  await page.getByTestId('title').nth(2).waitFor();
  t.same(await names(page), ['Gone', 'The Last Tide', 'Some series'], 'no seasons and episodes');

  await page.getByLabel('State').selectOption('In review');
  await page.waitForURL(/state=in_review/);
  await page.getByText('Gone').waitFor({ state: 'detached' });
  t.same(await names(page), ['The Last Tide']);
  await page.getByLabel('Kind').selectOption('Series');
  await page.getByTestId('titles-empty').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByTestId('title').nth(2).waitFor();
  await page.getByLabel('Kind').selectOption('Series');
  await page.getByText('Gone').waitFor({ state: 'detached' });
  t.same(await names(page), ['Some series']);
  await page.reload();
  await page.getByTestId('title').waitFor();
  t.same(await names(page), ['Some series'], 'the address keeps it');
  await page.goBack();
  await page.getByRole('searchbox').fill('tide');
  await page.getByText('Gone').waitFor({ state: 'detached' });
  t.same(await names(page), ['The Last Tide']);
});

t.test('what is deleted is apart, and filters stay in the address', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const tide = await editor.make({ kind: 'movie', text: { name: 'The Last Tide' } });
  await editor.make({ kind: 'movie', text: { name: 'Gone' } });
  const { id } = await editor.make({ kind: 'movie', text: { name: 'Thrown away' } });
  await editor.send('DELETE', `/titles/${id}`);
  const asset = await api.rows.asset();
  await editor.change(tide.id, { assetId: asset.id, texts: { ko: { name: '조수' } } });
  const category = (
    await editor.send('POST', '/terms', { kind: 'category', originalLanguage: 'en', text: { name: 'Sea' } })
  ).json<{ id: string }>();
  const { revision } = await editor.get(tide.id);
  await editor.send('PUT', `/titles/${tide.id}/terms`, { revision, terms: [{ id: category.id }] });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/catalogue');
  await page.getByTestId('title').nth(1).waitFor();
  t.equal(await page.getByText('Thrown away').count(), 0);
  t.ok((await overflow(page)) <= 0);
  await page.getByText('Deleted', { exact: true }).click();
  await page.getByText('Thrown away').waitFor();
  t.equal(await page.getByTestId('title').count(), 1);
  await page.getByText('Deleted', { exact: true }).click();
  await page.getByTestId('title').nth(1).waitFor();

  await page.getByLabel('What is missing').selectOption('Without a video');
  await page.waitForURL(/missing=video/);
  await page.getByText('The Last Tide').waitFor({ state: 'detached' });
  t.same(await names(page), ['Gone']);
  await page.getByLabel('What is missing').selectOption('Complete or not');
  await page.getByText('The Last Tide').waitFor();
  await page.getByLabel('Category').selectOption('Sea');
  await page.getByText('Gone').waitFor({ state: 'detached' });
  await page.getByLabel('Language').selectOption('Korean');
  await page.waitForURL(/language=ko/);
  t.match(new URL(page.url()).search, category.id);
  await page.reload();
  await page.getByText('The Last Tide').waitFor();
  t.same(await names(page), ['The Last Tide']);
  t.same(
    [await page.getByLabel('Category').inputValue(), await page.getByLabel('Language').inputValue()],
    [category.id, 'ko'],
    'a reload keeps them',
  );
  await page.getByLabel('Language').selectOption('Japanese');
  await page.getByTestId('titles-empty').getByText('Nothing fits that.').waitFor();
  await page.goBack();
  await page.getByText('The Last Tide').waitFor();
  t.equal(await page.getByLabel('Language').inputValue(), 'ko', 'and so does the way back');
});

t.test('an account without the right finds no way there', async (t) => {
  const api = await site.start(t);
  const { password } = await import('../../testing/harness.ts');
  await api.addAccount('support', 'support@example.com');
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue', { email: 'support@example.com', password });
  await page.getByText('This page is not for this account').waitFor();
  t.equal(await page.getByRole('link', { name: 'Catalogue' }).count(), 0);
});

t.test('when the list cannot be loaded it says so, and tries again', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  await editor.make({ kind: 'movie', text: { name: 'There' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.route('**/api/v1/catalogue/titles?*', (route) => route.fulfill({ status: 400, body: '{}' }));
  await page.getByRole('link', { name: 'Catalogue' }).click();
  await page.getByText('The catalogue could not be loaded').waitFor();
  await page.unroute('**/api/v1/catalogue/titles?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('There', { exact: true }).waitFor();
});

t.test('a series is made as a draft', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue');
  await page.getByTestId('titles-empty').getByRole('button', { name: 'New series or movie' }).click();
  await dialog(page).getByRole('button', { name: 'Make the draft' }).click();
  await dialog(page).getByText('Fill this in.').waitFor();
  await dialog(page).getByLabel('Name', { exact: true }).fill('마지막 조수');
  await dialog(page).getByLabel('Language of the name').selectOption('Korean');
  await dialog(page).getByRole('button', { name: 'Make the draft' }).click();
  await page.waitForURL(/catalogue\/title_/);
  t.match(await api.db.selectFrom('titles').select(['kind', 'state', 'original_language']).execute(), [
    { kind: 'series', state: 'draft', original_language: 'ko' },
  ]);
});
