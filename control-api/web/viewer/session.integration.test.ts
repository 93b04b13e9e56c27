import t from 'tap';
import { openPage, signIn, watch } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);

t.test('signing in', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  await page.goto(`${api.url}/`);
  await page.getByRole('heading', { name: 'Short dramas, series and movies' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, api, '/sign-in?next=https://evil.example/', { email: people.viewer.email, password: 'wrong' });
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  t.equal(
    await page.evaluate(() => document.activeElement?.getAttribute('name')),
    'password',
    'the password can be typed again at once',
  );
  await page.keyboard.type(people.viewer.password);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(page.url(), `${api.url}/`, 'home, and nowhere else');

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  t.equal(kept, '[{},{},""]', 'no token is where a script of another page could find it');
  await page.goto(`${api.url}/sign-in`);
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(page.url(), `${api.url}/`, 'who is signed in has nothing to do there');

  await page.getByRole('button', { name: /Account viewer@example.com/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  await page.reload();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  t.equal(await page.getByText('Nothing to choose from yet').count(), 0, 'signed out stays signed out');
});

t.test('too many failed sign-ins are put off in words', async (t) => {
  const api = await site.start(t, { settings: { accounts: { signInAttemptsPerAccount: 1 } } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/sign-in', { email: 'someone@example.com', password: 'wrong' });
  await page.getByText(/wrong/).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/^Too many attempts. Try again in 1\d minutes.$/).waitFor();
});

t.test('a page that asks for an account is signed in for on the spot, and appears', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/account/password`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  t.equal(await page.getByRole('navigation', { name: 'Your account' }).count(), 0);
  await signIn(page, api, '/account/password', people.viewer);
  await page.getByRole('heading', { level: 1, name: 'Password' }).waitFor();
  t.equal(page.url(), `${api.url}/account/password`);

  await page.getByLabel('Current password', { exact: true }).fill(people.viewer.password);
  await page.getByLabel('New password', { exact: true }).fill('another horse battery');
  // Not before: whatever the page still asks for would end the session, and take the form away.
  await page.route('**/accounts/me/password', async (route) => {
    await api.db.updateTable('sign_ins').set({ ended_at: api.clock.now() }).execute();
    await route.continue();
  });
  await page.getByRole('button', { name: 'Change and sign out' }).click();
  await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
  t.pass('a session that ended says so');
});

t.test('both apps have one sign-in', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/sign-in', people.admin);
  await page.getByText('For the staff').waitFor();
  const other = await page.context().newPage();
  watch(t, other);
  await other.goto(`${api.url}/dashboard/`);
  await other.getByRole('heading', { name: 'Library' }).waitFor();
  await other.getByRole('button', { name: /Account/ }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.getByLabel('E-mail').waitFor();
  await page.bringToFront();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  t.equal(await page.getByText('For the staff').count(), 0, 'signing out of the one signs out of the other');
});

t.test('the way to the dashboard is for those who may do something there', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/sign-in', people.viewer);
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(await page.getByRole('link', { name: /dashboard/i }).count(), 0);
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).waitFor();
  t.equal(await page.getByRole('menuitem', { name: 'Dashboard' }).count(), 0);

  await page.goto(`${api.url}/dashboard/`);
  await page.getByRole('link', { name: 'To Dramabox' }).click();
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(page.url(), `${api.url}/`, 'and who is there by mistake is led back');

  await api.addAccount('content_manager', 'manager@example.com');
  const other = await openPage(t, site.browser);
  await signIn(other, api, '/sign-in', { ...people.admin, email: 'manager@example.com' });
  await other.getByRole('link', { name: 'Open the dashboard' }).click();
  await other.getByRole('heading', { name: 'Library' }).waitFor();
});

t.test('the server is away when the page opens', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/account', people.viewer);
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  // The page itself is there, as from a cache.
  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  await page.getByText('No answer from the server').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  t.pass('and it goes on by itself');
});
