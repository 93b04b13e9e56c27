import t from 'tap';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

t.test('files become episodes with their videos, once it is clear which', async (t) => {
  const api = await site.start(t);
  // What hears of finished uploads.
  await api.controlApi.background.start();
  const editor = await Editor.start(api);
  const { series, season } = await editor.series(1);
  const page = await openPage(t, site.browser);
  const dialog = page.getByRole('dialog');
  await signIn(page, api, `/dashboard/catalogue/${season.id}`);
  await page.getByTestId('part').waitFor();
  await page.setInputFiles('input[aria-label="Video files of episodes"]', [
    (await site.videoFile('Tide E02.mp4', 2000)).path,
    (await site.videoFile('Tide E03.mp4', 2000)).path,
    (await site.videoFile('Trailer.mp4', 2000)).path,
  ]);
  await dialog.getByTestId('planned-file').nth(2).waitFor();
  await lookAt(t, page, 'files that become episodes');
  const open = dialog.getByRole('group', { name: 'Trailer.mp4' });
  t.equal(await dialog.getByRole('button', { name: 'Make the episodes and upload' }).isDisabled(), true);
  await open.getByText('There is no number in its name.').waitFor();
  await open.getByRole('button', { name: 'Leave it out' }).click();
  await dialog.getByRole('group', { name: 'Tide E02.mp4' }).getByLabel('Name').fill('The second');
  await dialog.getByRole('button', { name: 'Make the episodes and upload' }).click();
  await page.getByTestId('part').nth(2).waitFor();
  await page.getByTestId('part').nth(2).scrollIntoViewIfNeeded();
  await page.getByText('Processing').nth(1).waitFor();
  const { items } = (await editor.send('GET', `/titles?rootId=${series.id}&kind=episode&parentId=${season.id}`)).json<{
    items: { number: number; name: string; assetId: string | null }[];
  }>();
  t.match(items, [
    { number: 1, assetId: null },
    { number: 2, name: 'The second', assetId: /^asset_/ },
    { number: 3, assetId: /^asset_/ },
  ]);
});

t.test('several are changed at once, as it was previewed', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { season, episodes } = await editor.series(2);
  const page = await openPage(t, site.browser);
  const dialog = page.getByRole('dialog');
  await signIn(page, api, `/dashboard/catalogue/${season.id}`);
  await page.getByLabel('Choose all').check();
  await page.getByRole('button', { name: 'Change them' }).click();
  t.equal(await dialog.getByRole('button', { name: 'Preview' }).isDisabled(), true, 'nothing is asked for');
  await dialog.getByLabel('Name').fill('Part {number}');
  await dialog.getByLabel('The first is released').fill('2027-01-01T18:00');
  await dialog.getByLabel('Then one every').fill('7');
  await dialog.getByLabel('Time zone').selectOption('Asia/Seoul');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByTestId('edit-preview').nth(1).getByText('Part 2').waitFor();
  await lookAt(t, page, 'a change of several is previewed');
  t.equal((await editor.get(episodes[0]!.id)).name, 'Some episode', 'nothing is changed yet');
  // Somebody else changes one meanwhile.
  await editor.change(episodes[1]!.id, { year: 2020 });
  await dialog.getByRole('button', { name: 'Change them' }).click();
  await dialog.getByText('Somebody else has changed some of these titles').waitFor();
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByRole('button', { name: 'Change them' }).click();
  await dialog.waitFor({ state: 'detached' });
  t.match(await editor.get(episodes[1]!.id), {
    name: 'Part 2',
    year: 2020,
    releases: [{ region: '*', opensAt: '2027-01-08T09:00:00.000Z', timeZone: 'Asia/Seoul' }],
  });
});

t.test('the catalogue goes out as a file, and comes in again', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue/files');
  const downloaded = page.waitForEvent('download');
  await page.getByRole('button', { name: 'As CSV' }).click();
  const content = await readFile(await (await downloaded).path(), 'utf8');
  t.match(content, /The Tide/);
  const file = join(t.testdirName, 'catalogue.csv');
  t.testdir();
  await writeFile(file, content.replaceAll('The Tide', 'The Last Tide').replace('movie', 'cinema'));
  await page.setInputFiles('input[aria-label="File of the catalogue"]', file);
  await page.getByTestId('import-problems').waitFor();
  t.equal(await page.getByRole('button', { name: 'Import it' }).count(), 0);
  await lookAt(t, page, 'a file with a mistake');
  const right = join(t.testdirName, 'right.csv');
  await writeFile(right, content.replaceAll('The Tide', 'The Last Tide'));
  await page.setInputFiles('input[aria-label="File of the catalogue"]', right);
  await page.getByTestId('import-title').getByText('The Last Tide').first().waitFor();
  t.equal((await editor.get(id)).name, 'The Tide');
  await page.getByRole('button', { name: 'Import it' }).click();
  await page.getByText('Imported', { exact: true }).waitFor();
  t.equal((await editor.get(id)).name, 'The Last Tide');
});
