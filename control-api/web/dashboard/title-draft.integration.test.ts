import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow, reloadFromWithin } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

const state = (page: Page, is: string) => page.locator(`[data-testid=save-state][data-state=${is}]`).waitFor();
const name = (page: Page) => page.getByLabel('Name', { exact: true });
/** Whatever changes something is not answered; what is read is. */
const cut = (page: Page) =>
  page.route('**/api/v1/catalogue/titles/*', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.continue(),
  );

t.test('what is typed is saved, and texts in other languages beside it', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  const answered = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await name(page).fill('The Last Tide ');
  await answered;
  await state(page, 'saved');
  t.equal((await editor.get(id)).name, 'The Last Tide');
  t.equal(await name(page).inputValue(), 'The Last Tide ', 'nothing changes below the cursor');
  await page.getByLabel('From what age').selectOption('From 12');
  await page.getByLabel('Year').fill('20x26');
  await page.getByText('It counts as: from 12.').waitFor();
  await state(page, 'saved');
  t.equal(await name(page).inputValue(), 'The Last Tide', 'as the server has it');
  await page.getByLabel('Add a language').selectOption('German');
  t.equal(await name(page).inputValue(), '');
  await page.getByLabel('What it is about').fill('Eine Flut.\n\nZwei.');
  await state(page, 'stuck');
  await name(page).fill('Die letzte Flut');
  await state(page, 'saved');
  t.match(await editor.get(id), {
    year: 2026,
    maturity: 12,
    texts: [
      { language: 'de', name: 'Die letzte Flut', synopsis: 'Eine Flut.\n\nZwei.' },
      { language: 'en', name: 'The Last Tide' },
    ],
  });
  await page.reload();
  await page.getByRole('tab', { name: 'German' }).click();
  await page.getByRole('button', { name: 'Remove this language' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove this language' }).click();
  await page.getByRole('tab', { name: 'German' }).waitFor({ state: 'detached' });
  await state(page, 'saved');
  t.equal((await editor.get(id)).texts.length, 1);
});

t.test('without the server nothing that was typed is lost, not by a reload either', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await name(page).waitFor();
  await cut(page);
  await name(page).fill('Typed on a train');
  await page.getByTestId('unsent').getByText('is kept in this browser').waitFor();
  t.ok((await overflow(page)) <= 0);
  await reloadFromWithin(page);
  await page.getByRole('heading', { level: 1, name: 'Typed on a train' }).waitFor();
  t.equal(await name(page).inputValue(), 'Typed on a train');
  t.equal((await editor.get(id)).name, 'The Tide');
  await page.goto(`${api.url}/dashboard/catalogue`);
  await page.getByTestId('title').getByText('Not saved').waitFor();
  await page.unroute('**/api/v1/catalogue/titles/*');
  await page.getByRole('link', { name: 'The Tide' }).click();
  await state(page, 'saved');
  t.equal((await editor.get(id)).name, 'Typed on a train');
});

t.test('what two people change at once is put together, and where it is the same, one chooses', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await name(page).waitFor();
  await editor.change(id, { year: 2020, texts: { en: { name: 'Theirs', tagline: 'Of others' } } });
  await name(page).fill('Mine');
  await page.getByLabel('What it is about').fill('A tide.');
  const conflict = page.getByTestId('conflict');
  await conflict.getByText('Theirs', { exact: true }).waitFor();
  t.equal(await conflict.count(), 1);
  await conflict.getByText('Mine', { exact: true }).waitFor();
  t.equal(await name(page).inputValue(), 'Mine');
  await page.getByRole('button', { name: 'Keep mine: Name (English)' }).click();
  await state(page, 'saved');
  t.match(await editor.get(id), { name: 'Mine', year: 2020, texts: [{ tagline: 'Of others', synopsis: 'A tide.' }] });

  await editor.change(id, { slug: 'of-others' });
  await page.getByLabel('Address').fill('mine');
  await page.getByRole('button', { name: 'Take theirs: Address' }).click();
  await state(page, 'saved');
  t.equal((await editor.get(id)).slug, 'of-others');
  await page.getByLabel('Year').focus();
  t.equal(await page.getByLabel('Address').inputValue(), 'of-others');
});

t.test('what is refused is said at its field, and the rest is saved', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  await editor.make({ kind: 'movie', slug: 'taken' });
  const { id } = await editor.make({ kind: 'series', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await page.getByLabel('Address').fill('Not An Address');
  await page.getByText('Small letters and digits').waitFor();
  await page.getByLabel('Address').fill('taken');
  await page.getByLabel('Free episodes').fill('3');
  await page.getByText('belongs to another one, or once did').waitFor();
  await state(page, 'stuck');
  t.match(await editor.get(id), { slug: 'the-tide', freeEpisodes: 3 });
  await page.getByLabel('Address').fill('free');
  await state(page, 'saved');
  t.equal((await editor.get(id)).slug, 'free');
});
