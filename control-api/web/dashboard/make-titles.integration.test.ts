import t from 'tap';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addTitle } from './testing/titles.ts';

const site = await openSite(t);

t.test('videos that are older than the catalogue become movies that viewers see', async (t) => {
  const api = await site.start(t);
  for (const title of ['Tide 10.mp4', 'Tide 2.mp4'])
    await addTitle(api, { title, state: 'ready', version: 'complete', isInCatalogue: false });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByLabel('Choose all that are shown').check();
  await page.getByTestId('bulk').getByRole('button', { name: 'Make titles' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Tide 10').waitFor();
  t.same(await dialog.getByRole('listitem').allInnerTexts(), ['Tide 2', 'Tide 10'], 'as people count');
  await lookAt(t, page, 'videos become titles');
  await dialog.getByLabel('From what age').selectOption('From 12');
  await dialog.getByLabel('Publish them at once').check();
  await dialog.getByRole('button', { name: 'Make 2 titles' }).click();
  await page.getByText('2 titles made').waitFor();
  t.equal(await page.getByTestId('bulk').count(), 0, 'nothing is chosen any more');
  const seen = (await (await fetch(`${api.url}/api/v1/titles`)).json()) as { items: { name: string }[] };
  t.same(seen.items.map(({ name }) => name).sort(), ['Tide 10', 'Tide 2']);
});

t.test('videos become the next episodes of a season, as drafts', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { season } = await editor.series(1);
  const { assetId } = await addTitle(api, {
    title: 'Two.mov',
    state: 'ready',
    version: 'complete',
    isInCatalogue: false,
  });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api);
  await page.getByTestId('asset').getByRole('checkbox').check();
  await page.getByTestId('bulk').getByRole('button', { name: 'Make titles' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Episodes of a season').click();
  await dialog.getByLabel('Series', { exact: true }).selectOption('Some series');
  await dialog.getByLabel('Season', { exact: true }).selectOption('Season 1, Some season');
  await lookAt(t, page, 'videos become episodes');
  await dialog.getByRole('button', { name: 'Make 1 title' }).click();
  await page.getByText('1 title made').waitFor();
  t.match(await api.db.selectFrom('titles').selectAll().where('asset_id', '=', assetId).execute(), [
    { kind: 'episode', parent_id: season.id, number: 2, state: 'draft' },
  ]);
});
