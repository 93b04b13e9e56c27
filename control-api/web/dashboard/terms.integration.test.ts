import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const names = (page: Page, testId: string) => page.getByTestId(testId).getByTestId('term-name').allInnerTexts();

t.test('categories are made, named in other languages, put in order and deleted', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue/categories');
  for (const name of ['Revenge', 'Comedy']) {
    await page.getByRole('button', { name: 'New category' }).click();
    await dialog(page, 'New category').getByLabel('Name', { exact: true }).fill(name);
    await dialog(page, 'New category').getByRole('button', { name: 'Make it' }).click();
    await page.getByTestId('category').getByText(name).waitFor();
  }
  t.same(await names(page, 'category'), ['Revenge', 'Comedy']);
  const ordered = page.waitForResponse((response) => response.url().endsWith('category-order') && response.ok());
  const handle = page.getByRole('button', { name: 'Move Comedy' });
  await handle.press('Space');
  await page.getByText('Comedy is at place 2 of 2').waitFor({ state: 'attached' });
  await handle.press('ArrowUp');
  await page.getByText('Comedy is at place 1 of 2').waitFor({ state: 'attached' });
  await handle.press('Space');
  await ordered;
  t.same(await names(page, 'category'), ['Comedy', 'Revenge']);

  await page.getByRole('button', { name: 'Comedy', exact: true }).click();
  const change = dialog(page, 'Change “Comedy”');
  await change.getByLabel('Language').selectOption('Korean');
  await change.getByLabel('Name', { exact: true }).fill('코미디');
  await change.getByRole('button', { name: 'Save' }).click();
  await page.getByTestId('category').getByText('English, Korean').waitFor();
  t.match((await editor.send('GET', '/terms?kind=category')).json(), {
    items: [{ name: 'Comedy', texts: [{ language: 'en' }, { language: 'ko', name: '코미디' }] }, { name: 'Revenge' }],
  });
  await page.getByRole('button', { name: 'Revenge', exact: true }).click();
  await dialog(page, 'Change “Revenge”').getByRole('button', { name: 'Delete' }).click();
  await dialog(page, 'Delete “Revenge”?').getByRole('button', { name: 'Delete' }).click();
  await page.getByTestId('category').getByText('Revenge').waitFor({ state: 'detached' });
  t.same(await names(page, 'category'), ['Comedy']);
});

t.test('people are found, and somebody else’s change is not overwritten', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  for (const name of ['Kim Ha-eun', 'Park Min-jun'])
    await editor.send('POST', '/terms', { kind: 'person', originalLanguage: 'ko', text: { name } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/catalogue/people');
  await page.getByRole('searchbox').fill('park');
  await page.getByText('Kim Ha-eun').waitFor({ state: 'detached' });
  t.equal(new URL(page.url()).searchParams.get('search'), 'park');
  t.ok((await overflow(page)) <= 0);
  await page.getByRole('button', { name: 'Park Min-jun' }).click();
  const change = dialog(page, 'Change “Park Min-jun”');
  const [person] = (await editor.send('GET', '/terms?kind=person&search=park')).json<{ items: { id: string }[] }>()
    .items;
  await editor.send('PATCH', `/terms/${person!.id}`, { revision: 1, texts: { ko: { name: 'Theirs' } } });
  await change.getByLabel('Name', { exact: true }).fill('Mine');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.getByText('Somebody else has changed this meanwhile').waitFor();
  t.equal(await change.getByLabel('Name', { exact: true }).inputValue(), 'Mine', 'what was typed is there');
});

t.test('what comes first on the home page is chosen and put in order', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const one = await editor.make({ kind: 'movie', text: { name: 'One' } });
  const two = await editor.make({ kind: 'series', text: { name: 'Two' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue/home');
  await page.getByTestId('featured-none').waitFor();
  for (const name of ['One', 'Two']) {
    await page.getByRole('combobox', { name: 'Put a series or movie first' }).fill(name);
    await page.getByRole('option', { name }).click();
    await page.getByTestId('featured').getByRole('link', { name }).waitFor();
  }
  const stored = async () => (await editor.send('GET', '/featured')).json<{ titles: string[] }>().titles;
  const put = page.waitForResponse((response) => response.request().method() === 'PUT' && response.ok());
  const handle = page.getByRole('button', { name: 'Move Two', exact: true });
  await handle.press('Space');
  await page.getByText('Two is at place 2 of 2').waitFor({ state: 'attached' });
  await handle.press('ArrowUp');
  await page.getByText('Two is at place 1 of 2').waitFor({ state: 'attached' });
  await handle.press('Space');
  await put;
  t.same(await stored(), [two.id, one.id]);
  await page.getByRole('button', { name: 'Remove One', exact: true }).click();
  await page.getByRole('link', { name: 'One' }).waitFor({ state: 'detached' });
});
