import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

const dialog = (page: Page) => page.getByRole('dialog');
const episodes = (page: Page) => page.getByRole('list', { name: 'Episodes' });
const names = async (page: Page) =>
  (await episodes(page).getByRole('link').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
const ordered = (page: Page) => page.waitForResponse((response) => response.url().endsWith('/order') && response.ok());

t.test('a season with episodes is made, put in another order, and published as a whole', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const series = await editor.make({ kind: 'series', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${series.id}`);
  await page.getByRole('button', { name: 'Add a season' }).click();
  await dialog(page).getByRole('button', { name: 'Make the draft' }).click();
  await page.getByRole('link', { name: '1 Season 1' }).waitFor();
  await page.getByRole('button', { name: 'Add episodes' }).click();
  await dialog(page).getByLabel('How many').fill('3');
  await dialog(page).getByLabel('Name').fill('Part {number}');
  await dialog(page).getByText('The first is called “Part 1”').waitFor();
  await dialog(page).getByRole('button', { name: 'Make the draft' }).click();
  await episodes(page).getByRole('link').nth(2).waitFor();
  t.same(await names(page), ['1 Part 1', '2 Part 2', '3 Part 3']);

  // By keyboard: the first becomes the second.
  const byKeyboard = ordered(page);
  const handle = page.getByRole('button', { name: 'Move Episode 1, Part 1' });
  await handle.press('Space');
  await page.getByText('Part 1 is at place 1 of 3').waitFor({ state: 'attached' });
  await handle.press('ArrowDown');
  await page.getByText('is at place 2 of 3').waitFor({ state: 'attached' });
  await handle.press('Space');
  await byKeyboard;
  await page.getByRole('button', { name: 'Move Episode 2, Part 1' }).waitFor();
  t.same(await names(page), ['1 Part 2', '2 Part 1', '3 Part 3']);

  // With the mouse: the last becomes the first.
  const byMouse = ordered(page);
  const from = (await page.getByRole('button', { name: 'Move Episode 3, Part 3' }).boundingBox())!;
  const to = (await page.getByRole('button', { name: 'Move Episode 1, Part 2' }).boundingBox())!;
  await page.mouse.move(from.x + 10, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + 10, to.y + 20, { steps: 8 });
  await page.mouse.move(to.x + 10, to.y + 4, { steps: 4 });
  await page.mouse.up();
  await byMouse;
  await page.getByRole('button', { name: 'Move Episode 1, Part 3' }).waitFor();
  t.same(await names(page), ['1 Part 3', '2 Part 2', '3 Part 1']);
  const season = (await editor.send('GET', `/titles?parentId=${series.id}`)).json<{ items: { id: string }[] }>()
    .items[0]!;
  const stored = (await editor.send('GET', `/titles?parentId=${season.id}`)).json<{ items: { name: string }[] }>()
    .items;
  t.same(
    stored.map(({ name }) => name),
    ['Part 3', 'Part 2', 'Part 1'],
  );

  await page.getByRole('group', { name: 'For the chosen ones' }).waitFor({ state: 'detached' });
  const section = page.locator('section').filter({ has: episodes(page) });
  await section.getByLabel('Choose all').check();
  await section.getByTestId('bulk-steps').getByRole('button', { name: 'Submit for review' }).click();
  await episodes(page).getByText('In review').nth(2).waitFor();
  await page.getByRole('button', { name: 'Publish' }).first().click();
  await dialog(page).getByText('Its 4 parts that are not published, too').waitFor();
  await dialog(page).getByRole('button', { name: 'Publish' }).click();
  await dialog(page).getByText('It has no video yet').waitFor();
  t.equal((await editor.get(series.id)).state, 'draft', 'all or none');
});

t.test('one that is refused is named, and none is changed', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { series, season, episodes: made } = await editor.series(3);
  await editor.change(made[0]!.id, { assetId: (await api.rows.asset()).id });
  await editor.step('publish', series.id, season.id, made[0]!.id);
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${season.id}`);
  await page.getByLabel('Choose Episode 2, Some episode').check();
  await page.getByTestId('bulk-steps').getByRole('button', { name: 'Publish' }).click();
  const said = page.getByTestId('bulk-steps');
  await said.getByText('It has no video yet').waitFor();
  await said.getByText('Episode 2, Some episode').waitFor();
  t.ok((await overflow(page)) <= 0);
  t.equal((await editor.get(made[1]!.id)).state, 'draft');
});
