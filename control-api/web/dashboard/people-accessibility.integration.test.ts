import t from 'tap';
import { addTotp } from '../../testing/totp.ts';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);
/** No place to break a line. */
const long = `${'averyverylongname'.repeat(3)}.of-somebody@mail.department.of-a-company.example.com`;

t.test('users', async (t) => {
  const api = await site.start(t);
  const { id } = await api.addAccount('viewer', long);
  await addTotp(api, id);
  const authorization = await api.signIn({ id });
  await api.addAccount('content_manager', 'manager@example.com');
  await api.rows.account({ role: 'guest', email: null });
  await api.rows.account({ email: 'bob@example.com', email_proven_at: null, status: 'disabled' });
  const page = await openPage(t, site.browser);
  const dialog = page.getByRole('dialog');
  await signIn(page, api, '/dashboard/users');
  await page.getByTestId('user').nth(5).waitFor();
  await lookAt(t, page, 'users');
  await page.getByRole('searchbox').fill('nobody of this name');
  await page.getByTestId('users-empty').waitFor();
  await lookAt(t, page, 'no users found');

  await page.goto(`${api.url}/dashboard/users/${id}`);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog.getByText('Fill this in.').waitFor();
  await lookAt(t, page, 'a measure without a reason');
  await dialog.getByLabel('Why').fill('Their phone was stolen, as they say on the telephone. '.repeat(3));
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByTestId('user-event').first().waitFor();
  t.equal((await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization } })).statusCode, 401);
  await page.reload();
  await page.getByTestId('user-event').first().waitFor();
  await lookAt(t, page, 'a user');
  await page.getByRole('button', { name: 'Change the role' }).click();
  await dialog.getByLabel('Role').selectOption('Finance');
  await lookAt(t, page, 'another role');
  await page.goto(`${api.url}/dashboard/users/account_01J00000000000000000000000`);
  await page.getByTestId('user-missing').waitFor();
  await lookAt(t, page, 'a user who is not there');
});

t.test('staff, an invitation, and one’s own account', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  await api.addAccount('content_manager', `m${long}`);
  const page = await openPage(t, site.browser);
  const dialog = page.getByRole('dialog');
  await signIn(page, api, '/dashboard/staff');
  await page.getByText('Nobody is asked at the moment.').waitFor();
  await lookAt(t, page, 'staff');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await dialog.getByText('Fill this in.').waitFor();
  await lookAt(t, page, 'inviting nobody');
  await dialog.getByLabel('E-mail').fill(long);
  await dialog.getByLabel('Role').selectOption('Support');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByTestId('invitation').waitFor();
  const { link } = await newestMailTo(api, long);
  await page.reload();
  await page.getByTestId('invitation').waitFor();
  await lookAt(t, page, 'staff with an invitation');
  await page.goto(`${api.url}/dashboard/account`);
  await page.getByRole('button', { name: 'Set up an authenticator app' }).waitFor();
  await page.getByText('This one').waitFor();
  await lookAt(t, page, 'one’s own account');

  const other = await openPage(t, site.browser);
  await other.goto(`${api.url}/dashboard/invitation#${link}`);
  await other.getByRole('button', { name: 'Accept the invitation' }).click();
  await other.getByText('Fill this in.').waitFor();
  await lookAt(t, other, 'an invitation');
  await other.goto(`${api.url}/dashboard/invitation`);
  await other.getByText('The link of the mail is missing').waitFor();
  await lookAt(t, other, 'no invitation');
});

t.test('staff without a second factor', async (t) => {
  const api = await site.start(t, { settings: { accounts: { staffSecondFactor: true } } });
  const page = await openPage(t, site.browser);
  await signIn(page, { url: api.namedUrl });
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  await lookAt(t, page, 'a second factor is needed');
  await page.getByRole('button', { name: 'Authenticator app' }).click();
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  await lookAt(t, page, 'a second factor is set up');
});
