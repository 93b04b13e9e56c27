import t from 'tap';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { fileInput, limitUpload, signIn } from './testing/browser.ts';
import { addTitle, change } from './testing/titles.ts';

const site = await openSite(t);

t.test('searching and sorting are in the address, and the way back undoes them', async (t) => {
  const api = await site.start(t);
  for (const title of ['Episode 10', 'Episode 2', '100% sure']) await addTitle(api, { title });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const titles = () => page.getByTestId('asset').getByRole('link').allInnerTexts();
  await page.getByTestId('asset').nth(2).waitFor();
  await page.getByLabel('Search by title or id').fill('episode');
  await page.waitForURL(/[?&]search=episode/);
  await page.getByText('100% sure').waitFor({ state: 'detached' });
  await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
  await page.waitForURL(/sort=title/);
  await page.locator('[aria-busy=false]').waitFor();
  t.same(await titles(), ['Episode 2', 'Episode 10']);
  await page.reload();
  await page.getByTestId('asset').nth(1).waitFor();
  t.same(await titles(), ['Episode 2', 'Episode 10'], 'the address keeps it');
  t.equal(await page.getByLabel('Search by title or id').inputValue(), 'episode');
  await page.goBack();
  await page.goBack();
  await page.getByText('100% sure').waitFor();
  t.equal(await page.getByLabel('Search by title or id').inputValue(), '', 'the field follows');
  await page.getByLabel('Search by title or id').fill('%');
  await page.getByText('Episode 2').waitFor({ state: 'detached' });
  t.same(await titles(), ['100% sure']);
});

t.test('what is not done to one of several titles is said of that one, which stays chosen', async (t) => {
  const api = await site.start(t);
  const ready = await addTitle(api, { title: 'Ready one' });
  await change(api, ready, { asset: 'ready', version: 'complete' });
  await addTitle(api, { title: 'Waiting one', isInCatalogue: false });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByLabel('Choose all that are shown').check();
  await page.getByTestId('bulk').getByRole('button', { name: 'Re-encode' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Re-encode' }).click();
  await page
    .getByTestId('bulk-failures')
    .getByText('Waiting one: A version is being made already. Wait for it or cancel it.')
    .waitFor();
  t.equal(await page.getByLabel('Choose Waiting one').isChecked(), true);
  t.equal(await page.getByLabel('Choose Ready one').isChecked(), false);
  await page.getByTestId('bulk').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByTestId('asset').filter({ hasText: 'Waiting one' }).waitFor({ state: 'detached' });
  t.same(await api.assetIds(), [ready.assetId], 'only what was chosen');
});

t.test('a file that arrived and then failed has no green tick', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.setInputFiles(fileInput, (await site.videoFile('broken.mp4', 1000)).path);
  await page.locator('[data-testid=upload][data-state=finished]').waitFor();
  const [assetId] = await api.assetIds();
  const failure = { state: 'failed' as const, error_code: 'media_damaged', error_message: 'The file is damaged.' };
  await api.db.updateTable('assets').set(failure).execute();
  await api.db.updateTable('versions').set(failure).execute();
  await api.events.publish('asset.changed', { assetId: assetId! });
  const line = page.locator('[data-testid=upload][data-outcome=unusable]');
  await line.getByText('Uploaded, but not processed: The file is damaged.').waitFor();
  t.equal(await line.locator('.tabler-icon-check').count(), 0);
});

t.test('signing out and leaving in the middle of an upload ask first', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const { path } = await site.videoFile('half.mp4', 4_000_000);
  await limitUpload(page, 50_000);
  await page.setInputFiles(fileInput, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();
  let asked = '';
  page.once('dialog', (dialog) => {
    asked = dialog.type();
    void dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await page.waitForTimeout(0);
  await page.locator('.account').click();
  t.equal(asked, 'beforeunload', 'closing the tab asks');
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign out in the middle of an upload?' });
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await dialog.waitFor({ state: 'detached' });
  t.equal(await page.locator('[data-testid=upload][data-state=uploading]').count(), 1, 'it goes on');
  await page.locator('.account').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
});
