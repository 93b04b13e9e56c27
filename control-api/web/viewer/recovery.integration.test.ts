import t from 'tap';
import type { Page } from 'playwright-core';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { openPage, watch } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);
const another = 'seven green bottles on a wall';

/** Asks for a mail on the page of recovery. */
async function ask(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the mail' }).click();
  await page.getByText(`If ${email} has an account here`).waitFor();
}

async function signInAnew(page: Page, email: string): Promise<void> {
  await page.getByText('Your new password counts. Sign in with it.').waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(another);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

t.test('from the dashboard and back into it, by the code of the mail', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  const page = await openPage(t, site.browser, 390);
  await page.goto(`${api.url}/dashboard/users`);
  await page.getByRole('link', { name: 'Forgot the password?' }).click();
  await page.getByRole('heading', { name: 'A new password' }).waitFor();
  t.equal(page.url(), `${api.url}/recovery`);
  await ask(page, people.admin.email);
  const { code = '' } = await newestMailTo(api, people.admin.email);
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByLabel('New password', { exact: true }).fill('password12345');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText(/on the lists that thieves try first/).waitFor();
  await page.getByLabel('New password', { exact: true }).fill(another);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await signInAnew(page, people.admin.email);
  await page.getByRole('heading', { name: 'You are in again' }).waitFor();
  t.equal(await page.getByText('that is another account').count(), 0);
  await page.getByRole('link', { name: 'Open the dashboard' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(page.url(), `${api.url}/dashboard/`);
});

t.test('by the link of the mail, in a tab of its own: a viewer goes on to the first page', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/sign-in`);
  await page.getByRole('link', { name: 'Forgot the password?' }).click();
  await ask(page, people.viewer.email);
  const { link = '' } = await newestMailTo(api, people.viewer.email);
  const tab = await page.context().newPage();
  watch(t, tab);
  await tab.goto(`${api.url}/recovery/new-password#${link}`);
  await tab.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  t.equal(await tab.evaluate(() => location.hash), '', 'the secret does not stay in the address');
  await tab.getByLabel('New password', { exact: true }).fill(another);
  await tab.getByRole('button', { name: 'Set the password' }).click();
  await signInAnew(tab, people.viewer.email);
  await tab.getByText('Nothing to choose from yet').waitFor();
  t.equal(tab.url(), `${api.url}/`);
  await tab.goto(`${api.url}/recovery/new-password#${link}`);
  await tab.reload();
  await tab.getByText('Something is missing from this address').waitFor();
  t.equal(api.network.count('POST', '/api/v1/accounts/recovery/complete'), 1, 'and nothing was asked by it');
});

t.test('an address without an account is told the same', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/recovery`);
  await ask(page, 'nobody@example.com');
  await page.getByLabel('Code', { exact: true }).fill('123456');
  await page.getByLabel('New password', { exact: true }).fill(another);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('The code is wrong or has expired.').waitFor();
  t.pass('as of an address that has one');
});
