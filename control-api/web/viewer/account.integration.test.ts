import t from 'tap';
import { openPage, signIn, watch } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);
const passwords = '/api/v1/accounts/me/password';
const another = 'another horse battery';

t.test('who is signed in, and the way to the other rooms and out', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account', people.viewer);
  await page.getByRole('main').getByText('viewer@example.com').waitFor();
  const main = page.getByRole('main');
  t.same(
    await main.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ['email', 'password', 'passkeys', 'second-factor', 'devices', 'linked', 'privacy', 'data'].map(
      (room) => `/account/${room}`,
    ),
    'the rooms that there are',
  );
  await main.getByRole('link', { name: /^Password/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Password' }).waitFor();
  await main.getByRole('link', { name: 'Account', exact: true }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  const beside = page.getByRole('navigation', { name: 'Your account' });
  t.equal(await beside.getByRole('link', { name: 'Password' }).getAttribute('aria-current'), 'page', 'wide');
  t.equal(await beside.getByRole('link', { name: 'Overview' }).getAttribute('aria-current'), null);
  await page.goBack();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('E-mail').waitFor();
  t.equal(await page.getByText('viewer@example.com').count(), 0);
});

t.test('changing the password signs out everywhere, and leads to signing in', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/account/password', people.viewer);
  const current = page.getByLabel('Current password', { exact: true });
  const submit = page.getByRole('button', { name: 'Change and sign out' });
  await current.waitFor();
  t.equal(
    await page.locator('form input[autocomplete=username]').inputValue(),
    'viewer@example.com',
    'a password manager knows whose it is',
  );
  const tab = await page.context().newPage();
  watch(t, tab);
  await tab.goto(`${api.url}/account`);
  await tab.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  await page.bringToFront();

  await current.fill('not the password');
  await page.getByLabel('New password', { exact: true }).fill('too short');
  await submit.click();
  await page.getByText('3 characters more, please.').waitFor();
  t.equal(api.network.count('POST', passwords), 0, 'what is too short is not sent');
  const refreshed = api.network.count('POST', '/api/v1/accounts/refresh');
  await page.getByLabel('New password', { exact: true }).fill(another);
  await submit.click();
  await page.getByText('The password is wrong.').waitFor();
  t.equal(await current.getAttribute('aria-invalid'), 'true', 'said at the field that it is about');
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'password');
  t.equal(api.network.count('POST', passwords), 1, 'and sent once: each attempt counts');
  t.equal(api.network.count('POST', '/api/v1/accounts/refresh'), refreshed, 'no token was renewed for it');

  await page.keyboard.type(people.viewer.password);
  await page.keyboard.press('Enter');
  await page.getByText('The password is changed. You are signed out everywhere').waitFor();
  await tab.getByLabel('E-mail').waitFor();
  t.pass('in other tabs as well');
  t.equal(await page.getByText('viewer@example.com').count(), 0);

  await page.getByLabel('E-mail').fill(people.viewer.email);
  await page.getByLabel('Password', { exact: true }).fill(people.viewer.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('sign-in-error').waitFor();
  await page.keyboard.type(another);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Password' }).waitFor();
  t.pass('the new password counts');
});

t.test('what needs a recent proof asks for the password, then goes on', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account/password', people.viewer);
  const sent: string[] = [];
  let isProven = false;
  page.on('response', (response) => {
    if (response.url().endsWith('/me/confirm')) isProven ||= response.status() === 204;
  });
  // As a route with `stepUp` answers (server/http/callers/step-up.ts), until the server was given the proof.
  await page.route(`**${passwords}`, async (route) => {
    sent.push(route.request().postData() ?? '');
    if (isProven) return route.continue();
    return route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      json: { code: 'step_up_required', status: 403, detail: 'Confirm your password first, then do it again.' },
    });
  });
  await page.getByLabel('Current password', { exact: true }).fill(people.viewer.password);
  await page.getByLabel('New password', { exact: true }).fill(another);
  const submit = page.getByRole('button', { name: 'Change and sign out' });
  await submit.click();
  const dialog = page.getByRole('dialog', { name: 'Is it you?' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Leave it' }).click();
  await page.getByTestId('form-problem').getByText('Confirm first who you are').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  t.equal(sent.length, 1, 'who leaves it has nothing done');

  await submit.click();
  await dialog.waitFor();
  const field = dialog.getByLabel('Password', { exact: true });
  await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') !== null);
  t.equal(await field.evaluate((input) => input === document.activeElement), true, 'one can type at once');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await dialog.getByText('The password is wrong.').waitFor();
  await page.keyboard.type(people.viewer.password);
  await page.keyboard.press('Enter');
  await page.getByText('The password is changed. You are signed out everywhere').waitFor();
  t.same(sent[2], sent[1], 'what was asked was sent again, whole');
  t.equal(sent.length, 3);
});
