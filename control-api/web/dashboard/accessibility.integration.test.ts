import t from 'tap';
import { videoWarnings } from '../../../server/assets/warnings.ts';
import { withoutGuards } from '../../audit/testing/log.ts';
import { password } from '../../testing/harness.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';
import { fileInput, signIn } from './testing/browser.ts';
import { addSampleTitles, addTitle, publishStream } from './testing/titles.ts';

const site = await openSite(t);

t.test('signing in, and accounts that see little', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/dashboard/`);
  await page.getByLabel('E-mail').waitFor();
  await lookAt(t, page, 'sign in');
  await signIn(page, api, '/dashboard/', { email: people.admin.email, password: 'wrong wrong wrong' });
  await page.getByTestId('sign-in-error').waitFor();
  await lookAt(t, page, 'sign in refused');
  await signIn(page, api, '/dashboard/', people.viewer);
  await page.getByText('This account does not work here').waitFor();
  await lookAt(t, page, 'an account that may only watch');

  await api.addAccount('content_manager', 'manager@example.com');
  const other = await openPage(t, site.browser);
  await signIn(other, api, '/dashboard/audit', { email: 'manager@example.com', password });
  await other.getByText('This page is not for this account').waitFor();
  await lookAt(t, other, 'a page that is not for this account');
});

t.test('the library', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByText('Upload your first title').waitFor();
  await lookAt(t, page, 'an empty library');

  const { ready } = await addSampleTitles(api);
  await api.rows.warnings(ready.versionId, videoWarnings.audio_track_empty({ track: 2 }));
  await addTitle(api, { title: 'Left alone', state: 'cancelled', version: 'cancelled' });
  await page.getByTestId('asset').nth(5).waitFor();
  await lookAt(t, page, 'the library');

  await page.setInputFiles(fileInput, [
    (await site.videoFile('good.mp4', 1000)).path,
    (await site.videoFile('notes.txt', 10)).path,
  ]);
  await page.locator('[data-testid=upload][data-state=finished]').waitFor();
  await page.locator('[data-testid=upload][data-state=refused]').waitFor();
  await lookAt(t, page, 'the library with uploads');

  await page.getByLabel('Choose all that are shown').check();
  await page.getByTestId('bulk').waitFor();
  await lookAt(t, page, 'the library with chosen titles');
  await page.getByTestId('bulk').getByRole('button', { name: 'Cancel processing' }).click();
  const dialog = page.getByRole('dialog', { name: /^Cancel the processing/ });
  await dialog.waitFor();
  await lookAt(t, page, 'a question');
  await dialog.getByRole('button', { name: 'Cancel processing' }).click();
  await page.getByTestId('bulk-failures').waitFor();
  await page.getByText('Processing cancelled', { exact: true }).waitFor();
  await lookAt(t, page, 'what was not done, and a toast');

  await page.goto(`${api.url}/dashboard/?search=nothing+of+this+name&mine=true`);
  await page.getByTestId('nothing-found').waitFor();
  await lookAt(t, page, 'nothing found');
  await page.locator('.account').click();
  await page.getByRole('menuitem').first().waitFor();
  await lookAt(t, page, 'the menu');
});

t.test('titles', async (t) => {
  const api = await site.start(t);
  const { ready, failed, encoding, portrait } = await addSampleTitles(api);
  await api.rows.warnings(ready.versionId, videoWarnings.audio_track_empty({ track: 2 }));
  await api.rows.version({ asset_id: portrait.assetId, number: 2, state: 'failed', error_code: 'encode_failed' });
  await publishStream(t, api, [ready]);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  for (const { assetId, title } of [failed, encoding, portrait, ready]) {
    await page.goto(`${api.url}/dashboard/assets/${assetId}`);
    await page.getByTestId('asset-title').waitFor();
    await lookAt(t, page, title);
  }
  await page.getByRole('button', { name: 'What is “Target”?' }).first().click();
  await page.getByText(/Players are told the measured peak/).waitFor();
  await lookAt(t, page, 'a word explained');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Get playback URLs' }).click();
  await page.getByLabel('HLS URL', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Play / }).click();
  await page.getByText(/Now showing 320 × 180/).waitFor();
  await lookAt(t, page, 'a title that plays');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').waitFor();
  await lookAt(t, page, 'renaming');

  await page.goto(`${api.url}/dashboard/assets/asset_01J00000000000000000000000`);
  await page.getByTestId('asset-missing').waitFor();
  await lookAt(t, page, 'a title that is gone');
});

t.test('the other pages', async (t) => {
  const api = await site.start(t, { tools: [{ name: 'ffmpeg', version: 'ffmpeg version 7.1' }] });
  await addSampleTitles(api);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/operations');
  await page.getByTestId('job').first().waitFor();
  await lookAt(t, page, 'operations');
  await page.goto(`${api.url}/dashboard/mail`);
  await page.getByTestId('mail-empty').waitFor();
  await lookAt(t, page, 'no mails');
  await api.mailer.send({ id: 'test-1', to: people.viewer.email, subject: 'A mail', text: 'First.\n\nSecond.' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByTestId('mail').waitFor();
  await lookAt(t, page, 'mails');

  await page.goto(`${api.url}/dashboard/no/such/page`);
  await page.getByRole('heading', { name: 'There is no page here' }).waitFor();
  await lookAt(t, page, 'no page');
  await page.getByTestId('no-page').getByRole('link', { name: 'To the library' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
});

t.test('the audit log', async (t) => {
  const api = await site.start(t);
  const { ready } = await addSampleTitles(api);
  const authorization = await api.signIn(api.admin);
  for (const title of ['Another title', 'And another'])
    await api.app.inject({
      method: 'PATCH',
      headers: { authorization },
      url: `/api/v1/assets/${ready.assetId}`,
      body: { title },
    });
  await api.upkeep('audit.chain');
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit');
  await page.locator('[data-event="asset.renamed"]').first().waitFor();
  await page.getByText('The log has not been checked yet').waitFor();
  await lookAt(t, page, 'audit');
  await api.upkeep('audit.check');
  await page.goto(`${api.url}/dashboard/audit?event=asset.renamed,sign-in&from=2026-01-01T00:00:00.000Z`);
  await page.locator('[data-event="sign-in.started"]').waitFor();
  await page.getByText('The log is whole').waitFor();
  await lookAt(t, page, 'audit with a filter');
  await page.getByRole('combobox', { name: 'What was done' }).click();
  await page.getByRole('option', { name: 'Titles: everything', exact: true }).waitFor();
  await lookAt(t, page, 'audit with a list of events');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem').first().waitFor();
  await lookAt(t, page, 'audit to be exported');
  await page.goto(`${api.url}/dashboard/audit?actor=nobody&event=Nothing&to=never&address=x`);
  await page.locator('[aria-invalid=true]').first().waitFor();
  await lookAt(t, page, 'audit with a filter that is none');

  await withoutGuards(api.db);
  await api.db.updateTable('audit_log').set({ after: null }).where('sequence', '=', 2).execute();
  await api.db.deleteFrom('audit_log').where('sequence', '=', 1).execute();
  api.clock.advance(86_400_000);
  await api.upkeep('audit.check');
  const other = await openPage(t, site.browser);
  await signIn(other, api, '/dashboard/audit');
  await other.getByTestId('audit-chain-broken').waitFor();
  await other.getByTestId('audit-record').first().waitFor();
  await lookAt(t, other, 'audit that is not whole');
});
