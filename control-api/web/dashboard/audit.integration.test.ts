import t from 'tap';
import type { Page } from 'playwright-core';
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

const recordOf = (page: Page, event: string) => page.locator(`[data-testid=audit-record][data-event="${event}"]`);

for (const width of [1280, 390]) {
  t.test(`what was changed, by whom, at ${width} px`, async (t) => {
    const api = await site.start(t);
    const authorization = await api.signIn(api.admin);
    const [title, gone] = [await addTitle(api, { title: 'Old name' }), await addTitle(api, { title: 'Gone' })];
    const person = await api.addAccount('viewer', 'person@example.com');
    await write(api, authorization, 'PATCH', `/assets/${title.assetId}`, { title: 'New name' });
    await write(api, authorization, 'DELETE', `/assets/${gone.assetId}`);
    await write(api, authorization, 'PATCH', `/accounts/${person.id}`, { role: 'content_manager' });

    const page = await openPage(t, site.browser, width);
    await signIn(page, api);
    await page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
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
  const title = await addTitle(api, { title: 'A title' });
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
  await page.getByText('The id of an account is “account_” and 26 digits and capital letters.').waitFor();
  t.equal(await page.getByLabel('Changed by').getAttribute('aria-invalid'), 'true');
  t.equal(await records.count(), 0, 'nothing is shown that was not asked for');
  await page.goto(`${api.url}/dashboard/audit?subject=asset_01J00000000000000000000000`);
  await page.getByText('The log has nothing that fits the filter.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await records.nth(2).waitFor();
  t.equal(new URL(page.url()).search, '');
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
  t.same(await pages.allInnerTexts(), ['Library', 'Operations']);
  t.notOk(
    api.network.requests.some(({ path }) => path === '/api/v1/audit'),
    'the log is not even asked for',
  );
});
