import t from 'tap';
import { openPage, reloadFromWithin, watch } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addTitle } from './testing/titles.ts';

const site = await openSite(t);

t.test('signing in', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/?next=https://evil.example/', { email: people.admin.email, password: 'wrong' });
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
  t.equal(
    await page.evaluate(() => document.activeElement?.getAttribute('name')),
    'password',
    'the password can be typed again at once',
  );

  await page.keyboard.type(people.admin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(new URL(page.url()).origin, api.url, 'nobody is sent elsewhere after signing in');

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  t.equal(kept, '[{},{},""]', 'no token is where a script of another page could find it');

  await page.reload();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(await page.getByLabel('E-mail').count(), 0, 'the session survives a reload');

  await page.getByRole('button', { name: /Account admin@example.com/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  await page.reload();
  await page.getByLabel('E-mail').waitFor();
  t.equal(await page.getByRole('heading', { name: 'Library' }).count(), 0, 'signed out stays signed out');
});

t.test('too many failed sign-ins are put off in words', async (t) => {
  const api = await site.start(t, { settings: { accounts: { signInAttemptsPerAccount: 1 } } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/', { email: 'someone@example.com', password: 'wrong' });
  await page.getByText(/wrong/).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/^Too many attempts. Try again in 1\d minutes.$/).waitFor();
});

t.test('an account that may not manage is told so', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/', people.viewer);
  await page.getByText('This account does not work here').waitFor();
  t.equal(api.network.count('GET', '/api/v1/assets'), 0, 'and asks for nothing that it may not see');
});

t.test('a session that ended on the server asks to sign in, then shows the same page', async (t) => {
  const api = await site.start(t);
  const failed = await addTitle(api, {
    title: 'Podcast recording',
    state: 'failed',
    version: 'failed',
    error: { code: 'encode_stalled', message: 'Encoding made no progress.' },
  });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/assets/${failed.assetId}`);
  await page.getByRole('heading', { name: 'Podcast recording' }).waitFor();
  await api.db.updateTable('sign_ins').set({ ended_at: api.clock.now() }).execute();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
  await page.getByLabel('E-mail').fill(people.admin.email);
  await page.getByLabel('Password', { exact: true }).fill(people.admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Podcast recording' }).waitFor();
});

t.test('many tabs and hasty reloads never use a refresh token twice', async (t) => {
  const api = await site.start(t);
  await addTitle(api);
  // Every request finds its token too old, so that all tabs want a new one all the time. No configuration says so.
  Object.assign(api.config.accounts, { accessTokenSeconds: 19 });
  const isRefresh = ({ path }: { readonly path: string }) => path === '/api/v1/accounts/refresh';
  const delayRefresh = (ms: number) => {
    api.network.disturb = (request) => (isRefresh(request) ? { kind: 'delay', ms } : undefined);
  };
  delayRefresh(120);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByTestId('asset').waitFor();
  const tabs = await Promise.all(
    [0, 1, 2, 3].map(async () => {
      const tab = await page.context().newPage();
      watch(t, tab);
      await tab.goto(`${api.url}/dashboard/`);
      return tab;
    }),
  );
  for (const tab of tabs) await tab.getByTestId('asset').waitFor();
  // Long enough that the next page is there before the answer is.
  delayRefresh(600);
  for (const tab of tabs.slice(0, 2)) {
    // Left in the middle of its refresh, before the answer with the new cookie arrives.
    await Promise.all([tab.waitForRequest(/accounts\/refresh/), reloadFromWithin(tab)]);
    await reloadFromWithin(tab);
  }
  for (const tab of [page, ...tabs]) await tab.getByTestId('asset').waitFor();
  delayRefresh(0);
  const used = api.network.requests.filter(isRefresh).map(({ cookie }) => cookie);
  t.ok(used.length > 5, `there was something to get wrong: ${used.length} refreshes`);
  t.equal(new Set(used).size, used.length, 'no refresh token was sent twice');

  await page.bringToFront();
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const tab of [page, ...tabs]) await tab.getByLabel('E-mail').waitFor();
  t.pass('signing out in one tab signs out in all');
});

t.test('the server is away when the page opens', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  // The page itself is there, as from a cache.
  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  await page.getByText('No answer from the server').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  t.pass('and it goes on by itself');
});
