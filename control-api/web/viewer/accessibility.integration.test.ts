import t from 'tap';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);

t.test('pages of everybody', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/`);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  await lookAt(t, page, 'viewer home');
  await page.goto(`${api.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Fill this in.').nth(1).waitFor();
  await lookAt(t, page, 'viewer sign in with empty fields');
  await signIn(page, api, '/sign-in', { email: people.viewer.email, password: 'wrong wrong wrong' });
  await page.getByTestId('sign-in-error').waitFor();
  await lookAt(t, page, 'viewer sign in refused');
  await page.goto(`${api.url}/account/no/such/page`);
  await page.getByTestId('no-page').waitFor();
  await lookAt(t, page, 'viewer no page');
});

t.test('pages of an account', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/sign-in', people.admin);
  await page.getByText('For the staff').waitFor();
  await lookAt(t, page, 'viewer home of the staff');
  await page.locator('.account').click();
  await page.getByRole('menuitem').first().waitFor();
  await lookAt(t, page, 'viewer menu');
  await page.goto(`${api.url}/account`);
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  await lookAt(t, page, 'viewer profile');
  await page.goto(`${api.url}/account/password`);
  await page.getByLabel('Current password', { exact: true }).fill('wrong wrong wrong');
  await page.getByLabel('New password', { exact: true }).fill('long enough for it');
  await page.getByRole('button', { name: 'Change and sign out' }).click();
  await page.getByText('The password is wrong.').waitFor();
  await lookAt(t, page, 'viewer password');
  await page.route('**/api/v1/accounts/me/password', (route) =>
    route.fulfill({ status: 403, json: { code: 'step_up_required', status: 403, detail: 'Confirm it.' } }),
  );
  await page.getByRole('button', { name: 'Change and sign out' }).click();
  await page.getByRole('dialog').waitFor();
  await lookAt(t, page, 'viewer question for the password');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await lookAt(t, page, 'viewer offline');
});
