import { readFile } from 'node:fs/promises';
import t from 'tap';
import { DatabaseQueue } from '../../../server/queue/database.ts';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { openPage, overflow, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);
const start = (t: Parameters<typeof site.start>[0]) =>
  site.start(t, { queue: (parts) => new DatabaseQueue({ ...parts, pollMs: 20 }) });

for (const width of [390, 1440])
  t.test(`a copy of one's data is made and downloaded, at ${width} px`, async (t) => {
    const api = await start(t);
    await startMails(api);
    const page = await openPage(t, site.browser, width);
    await signIn(page, api, '/account/data', people.viewer);
    await page.getByText('There is none at the moment.').waitFor();
    t.ok((await overflow(page)) <= 0);
    const make = page.getByRole('button', { name: 'Make a copy' });
    await make.focus();
    await page.keyboard.press('Enter');
    const download = page.getByRole('button', { name: /^Download the copy of/ });
    await download.waitFor();
    t.match(await page.getByTestId('data-copy').innerText(), /Ready: [\d.]+ \wB, until/);
    t.ok((await overflow(page)) <= 0);
    const mail = await newestMailTo(api, people.viewer.email);
    t.match(mail.text, '/account/data');

    // Whose proof is old shows another one.
    api.clock.advance(16 * 60_000);
    await download.focus();
    await page.keyboard.press('Enter');
    const question = page.getByTestId('step-up');
    await question.getByLabel('Password', { exact: true }).fill(people.viewer.password);
    const saved = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const file = await saved;
    t.match(file.suggestedFilename(), /^my-data-\d{4}-\d{2}-\d{2}\.json$/);
    const said = JSON.parse(await readFile(await file.path(), 'utf8')) as { data: { account: unknown[] } };
    t.match(said.data.account, [{ email: people.viewer.email }]);
    await page.getByRole('heading', { level: 1, name: 'Your data' }).waitFor();
    for (let more = 0; more < 2; more += 1) {
      await make.click();
      await page
        .getByRole('button', { name: /^Download the copy of/ })
        .nth(more + 1)
        .waitFor();
    }
    await make.click();
    await page.getByText('Too many attempts.').waitFor();
  });

for (const width of [390, 1440])
  t.test(`leaving, and thinking better of it, at ${width} px`, async (t) => {
    const api = await start(t);
    const page = await openPage(t, site.browser, width);
    await signIn(page, api, '/account/data', people.viewer);
    await page.getByLabel('Why do you leave?').fill('Nothing to watch');
    await page.getByRole('button', { name: 'Delete the account' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Leave it' }).waitFor();
    t.equal(
      await page.evaluate(() => document.activeElement?.textContent),
      'Leave it',
      'the careful one has the focus',
    );
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    t.equal(api.network.count('POST', '/api/v1/accounts/me/deletion'), 0);
    await page.getByRole('button', { name: 'Delete the account' }).press('Enter');
    await dialog.getByRole('button', { name: 'Delete my account' }).press('Enter');
    const notice = page.getByTestId('leaving');
    await notice.getByText(/^This account will be deleted on/).waitFor();
    await page.getByRole('heading', { name: 'The account will be deleted' }).waitFor();
    t.equal(await page.getByLabel('Why do you leave?').count(), 0, 'it is not asked twice');
    t.ok((await overflow(page)) <= 0);
    const row = () =>
      api.db
        .selectFrom('accounts')
        .select(['deletion_ends_at', 'deletion_reason'])
        .where('email', '=', people.viewer.email)
        .executeTakeFirstOrThrow();
    t.match(await row(), { deletion_reason: 'Nothing to watch' });

    await page.goto(`${api.url}/`);
    await notice.waitFor();
    t.pass('every page says it');
    const tab = await page.context().newPage();
    await tab.goto(`${api.url}/account`);
    await tab.getByTestId('leaving').waitFor();
    await page.bringToFront();
    const keep = notice.getByRole('button', { name: 'Keep my account' });
    api.network.disturb = ({ method }) => (method === 'DELETE' ? { kind: 'answer', status: 502 } : undefined);
    await keep.press('Enter');
    await page.getByText('The account could not be kept').waitFor();
    api.network.disturb = () => undefined;
    await keep.press('Enter');
    await notice.waitFor({ state: 'hidden' });
    t.equal((await row()).deletion_ends_at, null);
    await page.goto(`${api.url}/account/data`);
    await page.getByLabel('Why do you leave?').waitFor();
  });

t.test('the last administrator is told why not', async (t) => {
  const api = await start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/account/data', people.admin);
  await page.getByRole('button', { name: 'Delete the account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete my account' }).click();
  await dialog.getByText('Make somebody else an administrator first.').waitFor();
  t.equal(await page.getByTestId('leaving').count(), 0);
});

t.test('what became of a request at Facebook', async (t) => {
  const api = await start(t);
  const page = await openPage(t, site.browser);
  const { id } = await api.rows.account({
    deletion_requested_at: 1,
    deletion_ends_at: 2_000_000_000_000,
    deletion_by: 'provider',
  });
  const [done, waiting] = ['a'.repeat(32), 'b'.repeat(32)];
  for (const [code, account_id] of [
    [done, null],
    [waiting, id],
  ] as const)
    await api.db.insertInto('provider_deletions').values({ code, account_id, requested_at: api.clock.now() }).execute();
  await page.goto(`${api.url}/data-deletion#${done}`);
  await page.getByRole('heading', { name: 'It is deleted' }).waitFor();
  await page.goto(`${api.url}/data-deletion#${waiting}`);
  await page.getByText(/The account is deleted on .*2033/).waitFor();
  for (const wrong of ['', '#x', `#${'c'.repeat(32)}`]) {
    await page.goto('about:blank');
    await page.goto(`${api.url}/data-deletion${wrong}`);
    await page.getByText('There is no such request').waitFor();
  }
});
