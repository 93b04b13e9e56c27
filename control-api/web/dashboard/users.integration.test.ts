import t from 'tap';
import type { Page } from 'playwright-core';
import { password } from '../../testing/harness.ts';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { addTotp } from '../../testing/totp.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite, people, type Api } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

const users = (page: Page) => page.getByTestId('user').getByRole('link').allInnerTexts();
const dialog = (page: Page) => page.getByRole('dialog');
const pagesOf = (page: Page) => page.getByRole('navigation').getByRole('link').allInnerTexts();

async function as(api: Api, role: 'support' | 'finance', page: Page, path = '/dashboard/') {
  const { email } = await api.addAccount(role, `${role}@example.com`);
  await signIn(page, api, path, { email, password });
}

t.test('support finds users, and sees nothing of the staff', async (t) => {
  const api = await site.start(t);
  await api.addAccount('viewer', 'ann@example.com');
  await api.addAccount('viewer', 'anna@example.com');
  await api.addAccount('content_manager', 'anton@example.com');
  await api.rows.account({ role: 'guest', email: null });
  const page = await openPage(t, site.browser);
  await as(api, 'support', page);
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  t.equal(new URL(page.url()).pathname, '/dashboard/users', 'its first page');
  t.equal(await page.getByRole('navigation').count(), 0, 'the only one');
  t.equal(api.network.count('GET', '/api/v1/assets/events'), 0, 'it asks for nothing that it may not see');
  t.same(await users(page), ['A guest', 'anna@example.com', 'ann@example.com', 'viewer@example.com']);

  await page.getByRole('searchbox').fill('ANN@');
  await page.getByTestId('user').nth(1).waitFor({ state: 'detached' });
  t.same(await users(page), ['ann@example.com']);
  t.equal(new URL(page.url()).searchParams.get('search'), 'ANN@', 'a search can be passed on');
  await page.getByRole('searchbox').fill('anton');
  await page.getByTestId('users-empty').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByTestId('user').nth(3).waitFor();
  t.same(
    await page.getByLabel('Role').locator('option').allInnerTexts(),
    ['All roles', 'Viewer', 'Guest'],
    'roles that it sees',
  );
  await page.getByLabel('Role').selectOption('Guest');
  await page.getByTestId('user').nth(1).waitFor({ state: 'detached' });
  t.same(await users(page), ['A guest']);

  await page.goto(`${api.url}/dashboard/users/${api.admin.id}`);
  await page.getByTestId('user-missing').waitFor();
  await page.goto(`${api.url}/dashboard/users/no-id`);
  await page.getByTestId('user-missing').waitFor();
  await page.goto(`${api.url}/dashboard/staff`);
  await page.getByText('This page is not for this account').waitFor();
});

t.test('support locks somebody out, and lets them in again', async (t) => {
  const api = await site.start(t);
  const viewer = await api.addAccount('viewer', 'ann@example.com');
  const authorization = await api.signIn(viewer);
  const page = await openPage(t, site.browser);
  await as(api, 'support', page);
  await page.getByRole('link', { name: 'ann@example.com' }).click();
  await page.getByText('1 device', { exact: true }).waitFor();
  t.equal(await page.getByRole('button', { name: 'Change the role' }).count(), 0);
  t.equal(await page.getByRole('button', { name: 'Remove the second factor' }).count(), 0, 'it has none');

  await page.getByRole('button', { name: 'Disable' }).click();
  await dialog(page).getByRole('button', { name: 'Disable' }).click();
  await dialog(page).getByText('Fill this in.').waitFor();
  await dialog(page).getByLabel('Why').fill('Shares it with everybody');
  await dialog(page).getByRole('button', { name: 'Disable' }).click();
  await page.getByTestId('status').getByText('Disabled').waitFor();
  const me = () => api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } });
  t.equal((await me()).statusCode, 401, 'at once');
  const event = page.getByTestId('user-event').first();
  await event.locator('ins').getByText('Shares it with everybody').waitFor();
  t.match(await event.innerText(), /Account disabled[^]*By you/);

  await page.getByRole('button', { name: 'Enable' }).click();
  await dialog(page).getByLabel('Why').fill('Was sorry');
  await dialog(page).getByRole('button', { name: 'Enable' }).click();
  await page.getByTestId('status').getByText('Active').waitFor();
  t.equal(await page.getByTestId('user-event').count(), 2);
});

for (const width of [390, 1440])
  t.test(`support deletes an account for its owner, and keeps it again, at ${width} px`, async (t) => {
    const api = await site.start(t);
    await startMails(api);
    const viewer = await api.addAccount('viewer', 'ann@example.com');
    const authorization = await api.signIn(viewer);
    const page = await openPage(t, site.browser, width);
    await as(api, 'support', page, `/dashboard/users/${viewer.id}`);
    await page.getByRole('button', { name: 'Delete the account' }).press('Enter');
    await dialog(page).getByRole('button', { name: 'Delete the account' }).click();
    await dialog(page).getByText('Fill this in.').waitFor();
    t.equal(api.network.count('POST', `/api/v1/accounts/${viewer.id}/deletion`), 0, 'not without a reason');
    await dialog(page).getByLabel('Why').fill('Wrote to us');
    await dialog(page).getByRole('button', { name: 'Delete the account' }).click();
    await page.getByTestId('leaving').getByText('Deleted on').waitFor();
    const me = await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } });
    t.equal(me.statusCode, 401, 'signed out at once');
    t.match((await newestMailTo(api, viewer.email)).subject, 'will be deleted');
    await page.locator('[data-event="account.deletion-begun"]').locator('ins').getByText('Wrote to us').waitFor();
    await page.getByText('wanted by: The staff').waitFor();
    t.ok((await overflow(page)) <= 0);
    await page.goto(`${api.url}/dashboard/users`);
    await page.getByTestId('user').getByTestId('leaving').waitFor();
    t.ok((await overflow(page)) <= 0, 'the list says it, too');
    await page.goBack();
    await page.getByRole('button', { name: 'Keep the account' }).press('Enter');
    await dialog(page).getByLabel('Why').fill('Thought better of it');
    await dialog(page).getByRole('button', { name: 'Keep the account' }).click();
    await page.locator('[data-event="account.deletion-taken-back"]').waitFor();
    t.equal(await page.getByTestId('leaving').count(), 0);
    t.match((await newestMailTo(api, viewer.email, 2)).subject, 'stays');
  });

t.test('what is refused is said in the dialog, and finance does nothing', async (t) => {
  const api = await site.start(t);
  const { id } = await api.addAccount('viewer', 'ann@example.com');
  await api.signIn({ id });
  const page = await openPage(t, site.browser);
  await as(api, 'finance', page, `/dashboard/users/${id}`);
  await page.getByTestId('user-name').waitFor();
  t.equal(await page.getByText('What can be done').count(), 0);
  const other = await openPage(t, site.browser);
  await as(api, 'support', other, `/dashboard/users/${id}`);
  await other.getByRole('button', { name: 'Sign out everywhere' }).click();
  await api.db.updateTable('accounts').set({ role: 'finance' }).where('id', '=', id).execute();
  await dialog(other).getByLabel('Why').fill('x');
  await dialog(other).getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog(other).getByText('There is no such account.').waitFor();
});

t.test('a super admin gives a role, and helps with a lost second factor after showing who they are', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  const manager = await api.addAccount('content_manager', 'manager@example.com');
  await addTotp(api, manager.id);
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/users/${manager.id}`);
  await page.getByTestId('user-name').waitFor();
  t.same(
    (await pagesOf(page)).map((name) => name.trim()),
    ['Library', 'Catalogue', 'Users', 'Staff', 'Operations', 'Audit', 'Mail'],
  );
  await page.getByRole('button', { name: 'Change the role' }).click();
  await dialog(page).getByLabel('Role').selectOption('Support');
  await dialog(page).getByText('Finds users, locks them out').waitFor();
  await dialog(page).getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByTestId('role').getByText('Support').waitFor();
  t.match((await newestMailTo(api, manager.email)).text, /It is now: support/);

  const ago = api.clock.now() - 16 * 60_000;
  await api.db.updateTable('sign_ins').set({ authenticated_at: ago }).execute();
  await page.getByRole('button', { name: 'Remove the second factor' }).click();
  await dialog(page).getByLabel('Why').fill('Called back');
  await dialog(page).getByRole('button', { name: 'Remove the second factor' }).click();
  const question = page.getByTestId('step-up');
  await question.getByLabel('Password', { exact: true }).fill(people.admin.password);
  await question.getByRole('button', { name: 'Go on' }).click();
  await page.locator('[data-event="account.second-factor-reset"]').waitFor();
  t.equal(await page.getByRole('button', { name: 'Remove the second factor' }).count(), 0);

  await page.goto(`${api.url}/dashboard/users/${api.admin.id}`);
  await page.getByText('This is you').waitFor();
  t.equal(await page.getByText('What can be done').count(), 0, 'nobody manages their own account');
});

t.test('on a phone the pages are in a menu, and everything fits', async (t) => {
  const api = await site.start(t);
  for (let n = 0; n < 30; n += 1) await api.addAccount('viewer', `person-${String(n).padStart(2, '0')}@example.com`);
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api);
  await page.getByRole('button', { name: 'Pages' }).click();
  await page.getByRole('menuitem', { name: 'Users' }).click();
  await page.getByTestId('user').nth(24).waitFor();
  t.ok((await overflow(page)) <= 0);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByTestId('user').nth(25).waitFor();
  t.equal(await page.getByTestId('user').count(), 32);
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-user'));
  t.equal(
    await page.evaluate(() => document.activeElement?.textContent?.includes('person-04')),
    true,
    'who pressed it reads on',
  );
});
