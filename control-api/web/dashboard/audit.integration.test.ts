import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { Page } from 'playwright-core';
import { addRecord, withoutGuards } from '../../audit/testing/log.ts';
import { password } from '../../testing/harness.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite, type Api } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addTitle } from './testing/titles.ts';

const site = await openSite(t);

/** Writes through the API, as somebody who is signed in. */
async function write(api: Api, authorization: string, method: 'PATCH' | 'DELETE', path: string, body?: object) {
  const response = await api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization },
    ...(body === undefined ? {} : { body }),
  });
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${response.body}`);
}

/** A time as a field for times has it, in the browser's time zone, which is ours. */
const inField = (time: number) =>
  new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const recordOf = (page: Page, event: string) => page.locator(`[data-testid=audit-record][data-event="${event}"]`);

for (const width of [1280, 390]) {
  t.test(`what was changed, by whom, at ${width} px`, async (t) => {
    const api = await site.start(t);
    const authorization = await api.signIn(api.admin);
    const [title, gone] = [
      await addTitle(api, { title: 'Old name', isInCatalogue: false }),
      await addTitle(api, { title: 'Gone', isInCatalogue: false }),
    ];
    const person = await api.addAccount('viewer', 'person@example.com');
    await write(api, authorization, 'PATCH', `/assets/${title.assetId}`, { title: 'New name' });
    await write(api, authorization, 'DELETE', `/assets/${gone.assetId}`);
    await write(api, authorization, 'PATCH', `/accounts/${person.id}`, { role: 'content_manager' });

    const page = await openPage(t, site.browser, width);
    await signIn(page, api);
    const navigation = page.getByRole('navigation');
    if (width < 500) {
      await navigation.getByRole('button').click();
      await page.getByRole('menuitem', { name: 'Audit' }).click();
    } else await navigation.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    const changed = recordOf(page, 'account.changed');
    await changed.waitFor();
    t.same(
      await page.getByTestId('audit-record').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-event'))),
      ['sign-in.started', 'account.changed', 'asset.deleted', 'asset.renamed'],
      'newest first',
    );
    await changed.getByText('Account changed').waitFor();
    t.same(await changed.locator('[data-fact]').allInnerTexts(), [
      'Role: from “Viewer” to “Content manager”\nRole Viewer  Content manager',
    ]);
    t.match(await changed.innerText(), new RegExp(`You\\s+${api.admin.id}\\s+From 127\\.0\\.0\\.1\\s+request_`));
    const time = changed.locator('time');
    t.match(await time.getAttribute('title'), /\d{4}, \d{1,2}:\d{2}:\d{2} [AP]M \S+$/);
    t.match(await time.innerText(), /^now/);
    const deleted = recordOf(page, 'asset.deleted');
    t.same(await deleted.locator('[data-fact] > :first-child').allInnerTexts(), [
      'Title was “Gone”',
      'State was “Processing”',
    ]);
    t.equal(await deleted.getByRole('link', { name: 'Gone' }).count(), 0, 'nothing leads to what is gone');
    t.ok((await overflow(page)) <= 0);

    await recordOf(page, 'asset.renamed').getByRole('link', { name: 'New name' }).click();
    await page.getByTestId('asset-title').getByText('New name').waitFor();
  });
}

t.test('the log of one thing, and of one person, by the address', async (t) => {
  const api = await site.start(t);
  const manager = await api.as('content_manager');
  const title = await addTitle(api, { title: 'A title', isInCatalogue: false });
  await api.db.updateTable('assets').set({ owner_id: manager.id }).where('id', '=', title.assetId).execute();
  await write(api, manager.authorization, 'PATCH', `/assets/${title.assetId}`, { title: 'Renamed' });
  await write(api, await api.signIn(api.admin), 'PATCH', `/assets/${title.assetId}`, { title: 'Renamed again' });

  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit');
  const records = page.getByTestId('audit-record');
  await page.getByText('3 records shown').waitFor({ state: 'attached' });
  await page.getByLabel('What was changed').fill(` ${title.assetId} `);
  await page.keyboard.press('Enter');
  await page.getByText('2 records shown').waitFor({ state: 'attached' });
  t.equal(new URL(page.url()).search, `?subject=${title.assetId}`);
  t.ok(await page.getByLabel('What was changed').evaluate((field) => field === document.activeElement));
  await page.getByRole('link', { name: `Show only changes by ${manager.id}` }).click();
  await page.getByText('1 record shown').waitFor({ state: 'attached' });
  t.equal(new URL(page.url()).search, `?actor=${manager.id}`);
  t.equal(await page.getByLabel('Changed by').inputValue(), manager.id);
  await page.reload();
  await page.getByText('1 record shown').waitFor({ state: 'attached' });
  await page.goBack();
  await page.getByText('2 records shown').waitFor({ state: 'attached' });
  t.equal(await page.getByLabel('Changed by').inputValue(), '');

  await write(api, await api.signIn(api.admin), 'DELETE', `/assets/${title.assetId}`);
  const missing = page.waitForResponse((response) => response.url().endsWith(title.assetId) && !response.ok());
  await page.goto(`${api.url}/dashboard/audit?actor=${manager.id}`);
  await missing;
  await records.getByRole('link', { name: title.assetId }).waitFor();
  t.equal(await records.locator('a[href*="/assets/"]').count(), 0, 'no link to what is gone, as the server says');

  await page.getByLabel('Changed by').fill('somebody');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('This is no e-mail address, and no id: that of an account').waitFor();
  t.equal(await page.getByLabel('Changed by').getAttribute('aria-invalid'), 'true');
  t.equal(await records.count(), 0, 'nothing is shown that was not asked for');
  await page.goto(`${api.url}/dashboard/audit?subject=asset_01J00000000000000000000000`);
  await page.getByText('The log has nothing that fits the filter.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await records.nth(2).waitFor();
  t.equal(new URL(page.url()).search, '');
});

t.test('what was done, by whom, from where and when, with the keyboard', async (t) => {
  const api = await site.start(t);
  const manager = await api.addAccount('content_manager', 'manager@example.com');
  const title = await addTitle(api, { title: 'A title' });
  await api.db.updateTable('assets').set({ owner_id: manager.id }).where('id', '=', title.assetId).execute();
  await write(api, await api.signIn(manager), 'PATCH', `/assets/${title.assetId}`, { title: 'Renamed' });
  await write(api, await api.signIn(api.admin), 'PATCH', `/accounts/${manager.id}`, { role: 'viewer' });
  const hourAgo = api.clock.now() - 3_600_000;
  const old = await addRecord(api.db, hourAgo, { event: 'asset.deleted', address: '203.0.113.7' });

  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit');
  const shown = (count: number) =>
    page.getByText(`${count} record${count === 1 ? '' : 's'} shown`, { exact: true }).waitFor({ state: 'attached' });
  const events = page.getByRole('combobox', { name: 'What was done' });
  await shown(4);
  await events.focus();
  await page.keyboard.type('title re');
  await page.getByRole('option', { name: 'Title renamed' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('accounts');
  await page.getByRole('option', { name: 'Accounts: everything' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.getByLabel('Changed by').focus();
  await page.keyboard.press('Enter');
  await shown(2);
  t.equal(new URL(page.url()).searchParams.get('event'), 'asset.renamed,account');
  await page.getByLabel('Changed by').fill('Manager@example.com');
  await page.keyboard.press('Enter');
  await shown(1);
  await recordOf(page, 'asset.renamed').waitFor();
  await page.reload();
  await shown(1);
  t.same(await page.locator('.mantine-Pill-label').allInnerTexts(), ['Title renamed', 'Accounts: everything']);

  await page.getByRole('button', { name: 'Show all' }).press('Enter');
  await shown(4);
  t.equal(new URL(page.url()).search, '');
  await page.getByLabel('Until').fill(inField(hourAgo + 60_000));
  await page.keyboard.press('Enter');
  await shown(1);
  t.equal(await page.getByTestId('audit-record').getAttribute('data-record'), old);
  t.match(new URL(page.url()).searchParams.get('to'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/);
  await page.getByLabel('Until').fill('');
  await page.getByLabel('Since').fill(inField(hourAgo + 60_000));
  await page.getByLabel('From the address').fill('127.0.0.1');
  await page.keyboard.press('Enter');
  await shown(3);

  const narrow = await openPage(t, site.browser, 390);
  await signIn(narrow, api, '/dashboard/audit');
  await narrow.getByTestId('audit-record').first().waitFor();
  t.equal(await narrow.getByLabel('From the address').count(), 0, 'the list is not far below the fields');
  await narrow.getByRole('button', { name: 'More filters' }).press('Enter');
  await narrow.getByLabel('From the address').fill('203.0.113.7');
  await narrow.keyboard.press('Enter');
  await narrow.getByText('1 record shown').waitFor({ state: 'attached' });
  await narrow.reload();
  t.equal(await narrow.getByLabel('From the address').inputValue(), '203.0.113.7', 'what narrows it down is in sight');
});

t.test('what fits the filter is saved as a file, and that is a record, too', async (t) => {
  const api = await site.start(t);
  const title = await addTitle(api, { title: 'A title' });
  await write(api, await api.signIn(api.admin), 'PATCH', `/assets/${title.assetId}`, { title: '=1+1' });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/audit?event=asset,audit`);
  await page.getByText('1 record shown').waitFor({ state: 'attached' });
  const save = async (name: string) => {
    await page.getByRole('button', { name: 'Export' }).press('Enter');
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).press('Enter');
    const saved = await download;
    return { name: saved.suggestedFilename(), content: await readFile(await saved.path(), 'utf8') };
  };
  const sheet = await save('CSV, for spreadsheets');
  t.match(sheet.name, /^audit-.*\.csv$/);
  t.match(sheet.content, /"asset\.renamed"/);
  t.notMatch(sheet.content, /sign-in/);
  await recordOf(page, 'audit.exported').waitFor();
  t.match(await recordOf(page, 'audit.exported').innerText(), /Log exported[^]*CSV, for spreadsheets/);
  const lines = await save('JSON lines, for programs');
  t.match(lines.name, /\.jsonl$/);
  t.equal(lines.content.trim().split('\n').length, 3);
  await page.getByText('3 records shown').waitFor({ state: 'attached' });

  api.network.disturb = ({ path }) =>
    path.startsWith('/api/v1/audit/export') ? { kind: 'answer', status: 503 } : undefined;
  await page.getByRole('button', { name: 'Export' }).press('Enter');
  await page.getByRole('menuitem').first().press('Enter');
  await page.getByText('Not exported').waitFor();
});

t.test('whether the log is whole', async (t) => {
  const api = await site.start(t);
  const title = await addTitle(api, { title: 'A title' });
  const authorization = await api.signIn(api.admin);
  for (const name of ['One', 'Two', 'Three'])
    await write(api, authorization, 'PATCH', `/assets/${title.assetId}`, { title: name });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit?event=asset');
  await page.getByText('The log has not been checked yet. That is done once a day.').waitFor();
  const places = page.getByTestId('audit-place');
  t.same(await places.allInnerTexts(), ['Not chained yet', 'Not chained yet', 'Not chained yet']);
  await api.upkeep('audit.chain');
  await api.upkeep('audit.check');
  await page.reload();
  await page.getByText('The log is whole: 4 records, checked now.').waitFor();
  t.match(await places.first().innerText(), /^No\. 3\s+[0-9a-f]{12}$/);
  await page.getByRole('button', { name: 'What is “a whole log”?' }).press('Enter');
  await page.getByText(/a record that is changed or removed no longer fits/).waitFor();

  await withoutGuards(api.db);
  await api.db.deleteFrom('audit_log').where('sequence', '=', 2).execute();
  await api.db.updateTable('audit_log').set({ after: null }).where('sequence', '=', 4).execute();
  api.clock.advance(86_400_000);
  await api.upkeep('audit.check');
  const other = await openPage(t, site.browser);
  await signIn(other, api, '/dashboard/audit');
  const broken = other.getByRole('alert').filter({ hasText: 'The log is not whole' });
  await broken.getByText(/Record 2 is missing: the next one is audit_/).waitFor();
  await broken.getByText('It is broken in 2 places. This is the first.').waitFor();
});

t.test('page by page, with the keyboard', async (t) => {
  const api = await site.start(t);
  const authorization = await api.signIn(api.admin);
  const { assetId } = await addTitle(api);
  for (let n = 0; n < 30; n += 1)
    await write(api, authorization, 'PATCH', `/assets/${assetId}`, { title: `Name ${n}` });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/audit?subject=${assetId}`);
  const records = page.getByTestId('audit-record');
  await page.getByText('25 records shown').waitFor({ state: 'attached' });
  t.match(await records.first().innerText(), /from “Name 28” to “Name 29”/);
  api.network.disturb = ({ path }) => (path === '/api/v1/audit' ? { kind: 'answer', status: 503 } : undefined);
  await page.getByRole('button', { name: 'Show more' }).press('Enter');
  await page.getByText('More of the log could not be loaded').waitFor();
  t.equal(await records.count(), 25, 'what was there stays');
  api.network.disturb = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await page.getByText('30 records shown').waitFor({ state: 'attached' });
  t.match(
    await page.locator(':focus').innerText(),
    /from “Name 3” to “Name 4”/,
    'reading goes on at the first one that came',
  );
  t.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
  t.match(await records.last().innerText(), /from “A title” to “Name 0”/);
  await write(api, authorization, 'PATCH', `/assets/${assetId}`, { title: 'The newest' });
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('31 records shown').waitFor({ state: 'attached' });
});

t.test('a log that cannot be loaded', async (t) => {
  const api = await site.start(t);
  api.network.disturb = ({ path }) => (path === '/api/v1/audit' ? { kind: 'answer', status: 503 } : undefined);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit');
  await page.getByText('The log could not be loaded').waitFor();
  await page.getByText('The server had a problem (503). Try again in a moment.').waitFor();
  api.network.disturb = () => undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  await recordOf(page, 'sign-in.started').waitFor();
  await page.getByText('The log could not be loaded').waitFor({ state: 'detached' });
});

t.test('it is not for content managers', async (t) => {
  const api = await site.start(t);
  await api.addAccount('content_manager', 'manager@example.com');
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/audit', { email: 'manager@example.com', password });
  await page.getByText('This page is not for this account').waitFor();
  const pages = page.getByRole('navigation').getByRole('link');
  t.same(await pages.allInnerTexts(), ['Library', 'Catalogue', 'Operations']);
  t.notOk(
    api.network.requests.some(({ path }) => path === '/api/v1/audit'),
    'the log is not even asked for',
  );
});
