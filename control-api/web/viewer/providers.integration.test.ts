import t from 'tap';
import type { Test } from 'tap';
import type { Page } from 'playwright-core';
import { loadConfig } from '../../../config/load.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { OpenIdCounterpart } from '../../../server/testing/sign-in/openid-counterpart.ts';
import { openProviders } from '../../sign-in/providers/open.ts';
import { addTotp } from '../../testing/totp.ts';
import { openPage, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);
const settings = { signIn: { googleClientId: 'web', googleClientSecret: 'secret' } };
const ann = { sub: 'g-1', email: 'ann@gmail.com', email_verified: true, name: 'Ann Example' };

/** A site that people sign in to by Google, which stands on this machine and is no page of ours. */
async function startWithGoogle(t: Test) {
  const found: { google?: OpenIdCounterpart } = {};
  const api = await site.start(t, {
    settings,
    providers: async (url) => {
      const redirectUri = `${url}/api/v1/sign-in/google/callback`;
      found.google = await OpenIdCounterpart.listen(t, 'google', [{ id: 'web', secret: 'secret', redirectUri }]);
      const addresses = { google: found.google.issuer };
      return openProviders(loadConfig({ overrides: settings }), { clock: systemClock, addresses });
    },
  });
  const google = found.google as OpenIdCounterpart;
  google.person = ann;
  return { api, google };
}

const goOn = (page: Page) => page.getByRole('button', { name: 'Go on with Google' }).click();
const link = (page: Page) => page.getByRole('button', { name: 'Link Google', exact: true }).click();

t.test('signing in there makes an account here, and finds it again', async (t) => {
  const { api, google } = await startWithGoogle(t);
  const page = await openPage(t, site.browser, 390);
  const seen: string[] = [];
  page.on('framenavigated', (frame) => seen.push(new URL(frame.url()).origin));
  await page.goto(`${api.url}/sign-up`);
  await goOn(page);
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(page.url(), `${api.url}/`);
  t.ok(
    google.server.asked.some((each) => each.includes(google.routes.authorization)),
    'the browser was there',
  );
  t.same([...new Set(seen)], [api.url], 'and no page of theirs stayed in the history');
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  t.equal(kept, '[{},{}]', 'nothing is left of the visit');
  await page.goto(`${api.url}/account`);
  await page.getByRole('main').getByText('ann@gmail.com').waitFor();
  await page.getByRole('main').getByText('Confirmed').waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await goOn(page);
  await page.getByText('Nothing to choose from yet').waitFor();
  const accounts = await api.db.selectFrom('accounts').select('id').where('email', '=', 'ann@gmail.com').execute();
  t.equal(accounts.length, 1);
});

t.test('who gives up there is told, and so is who comes back to another tab', async (t) => {
  const { api, google } = await startWithGoogle(t);
  google.givesUp = true;
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/sign-in`);
  await goOn(page);
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
  await page.getByRole('link', { name: 'To signing in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const tab = await page.context().newPage();
  await tab.goto(`${api.url}/sign-in/return`);
  await tab.getByRole('heading', { name: 'There is nothing to go on with' }).waitFor();
});

t.test('linked to an account that there is, which has a second factor; and unlinked', async (t) => {
  const { api } = await startWithGoogle(t);
  const { id } = await api.addAccount('viewer', 'bob@example.com');
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account/linked', { ...people.viewer, email: 'bob@example.com' });
  await page.getByText('None is linked yet.').waitFor();
  await link(page);
  const linked = page.getByRole('list', { name: 'Accounts that sign you in' }).getByRole('listitem');
  await linked.getByText('Ann Example · ann@gmail.com').waitFor();
  t.equal(page.url(), `${api.url}/account/linked`);
  t.equal(await page.getByRole('button', { name: 'Link Google', exact: true }).count(), 0, 'one of each');

  const code = await addTotp(api, id);
  const other = await openPage(t, site.browser);
  await other.goto(`${api.url}/sign-in`);
  await goOn(other);
  await other.getByRole('heading', { name: 'One more step' }).waitFor();
  await other.getByLabel('Code of the authenticator app').fill(code());
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByText('Nothing to choose from yet').waitFor();

  await page.getByRole('button', { name: 'Unlink Google' }).click();
  const dialog = page.getByRole('dialog', { name: 'Unlink this account?' });
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  t.equal(await linked.count(), 1);
  await page.getByRole('button', { name: 'Unlink Google' }).click();
  await dialog.getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('None is linked yet.').waitFor();
  await other.goto(`${api.url}/account`);
  await other.getByLabel('E-mail').waitFor();
  t.pass('every other device is signed out');
});

t.test('what signs in to another account is not linked', async (t) => {
  const { api } = await startWithGoogle(t);
  const first = await openPage(t, site.browser);
  await first.goto(`${api.url}/sign-in`);
  await goOn(first);
  await first.getByText('Nothing to choose from yet').waitFor();
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/account/linked', people.viewer);
  await link(page);
  await page.getByRole('heading', { name: 'Nothing is linked' }).waitFor();
  await page.getByRole('link', { name: 'To linked accounts' }).click();
  await page.getByText('None is linked yet.').waitFor();
});
