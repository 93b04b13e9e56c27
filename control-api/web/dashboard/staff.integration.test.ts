import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { password } from '../../testing/harness.ts';
import { mailsTo, newestMailTo, startMails } from '../../testing/mails.ts';
import { addTotp } from '../../testing/totp.ts';
import { totpCode } from '../../sign-in/factors/totp.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite, people, type Api } from '../kit/testing/site.ts';
import { addAuthenticator } from '../kit/testing/virtual-authenticator.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);
const newPassword = 'seven green bottles on a wall';
/** As an operator leaves it. */
const settings = { accounts: { staffSecondFactor: true } };

/** Only names have passkeys. */
const named = (api: Api) => ({ ...api, url: api.url.replace('127.0.0.1', 'localhost') });

async function invite(api: Api, email: string, role = 'support'): Promise<string> {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/invitations',
    headers: { authorization: await api.signIn(api.admin) },
    body: { email, role },
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const { link } = await newestMailTo(api, email);
  return `/dashboard/invitation#${link}`;
}

async function accept(page: Page, chosen = newPassword): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(chosen);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
}

t.test('somebody is invited, sent another link, and the invitation is withdrawn', async (t) => {
  const api = await site.start(t);
  await startMails(api);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/staff');
  await page.getByText('Nobody is asked at the moment.').waitFor();
  t.same(await page.getByTestId('member').getByRole('link').allInnerTexts(), ['admin@example.com']);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill('Ann@Example.com');
  await dialog.getByLabel('Role').selectOption('Finance');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  const invitation = page.getByTestId('invitation');
  await invitation.getByText('ann@example.com').waitFor();
  t.match(await invitation.innerText(), /Finance[^]*by you/);
  const first = await newestMailTo(api, 'ann@example.com');

  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await dialog.getByLabel('E-mail').fill('ann@example.com');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await dialog.getByText('This address is invited already.').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Send again: the invitation to ann@example.com' }).click();
  await newestMailTo(api, 'ann@example.com', 2);
  const old = await openPage(t, site.browser);
  await old.goto(`${api.url}/dashboard/invitation#${first.link}`);
  await old.getByText('This invitation opens nothing any more').waitFor();
  await page.getByRole('button', { name: 'Withdraw the invitation to ann@example.com' }).click();
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('Nobody is asked at the moment.').waitFor();
});

for (const width of [1440, 390]) {
  t.test(`a content manager works on some titles only, at ${width} px`, async (t) => {
    const api = await site.start(t);
    await startMails(api);
    const editor = await Editor.start(api);
    const tide = await editor.make({ kind: 'series', text: { name: 'The Tide' } });
    const lantern = await editor.make({ kind: 'movie', text: { name: 'The Lantern' } });
    const manager = await api.addAccount('content_manager', 'ann@example.com');
    const scope = async () => {
      const headers = { authorization: await api.signIn(api.admin) };
      const answer = await api.app.inject({ url: `/api/v1/accounts/${manager.id}/scope`, headers });
      return answer.json<{ titles: { id: string }[] | null }>().titles?.map(({ id }) => id) ?? null;
    };
    const page = await openPage(t, site.browser, width);
    await signIn(page, api, '/dashboard/staff');
    const dialog = page.getByRole('dialog');
    const open = async () => {
      await page.getByRole('button', { name: 'Titles that ann@example.com works on' }).click();
      await dialog.getByLabel('Works on').waitFor();
    };
    await open();
    t.equal(await dialog.getByLabel('Works on').inputValue(), 'all');
    await dialog.getByLabel('Works on').selectOption('Only these titles');
    await dialog.getByText('Without any, they work on nothing in the catalogue.').waitFor();
    const search = dialog.getByRole('combobox', { name: 'Series and movies' });
    await search.fill('lantern');
    await dialog.getByRole('option', { name: 'The Tide' }).waitFor({ state: 'detached' });
    await dialog.getByRole('option', { name: 'The Lantern' }).click();
    await page.keyboard.press('Tab');
    await lookAt(t, page, `titles that somebody works on at ${width}`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    t.same(await scope(), [lantern.id]);

    await open();
    await dialog.getByText('The Lantern').waitFor();
    await dialog.getByLabel('Works on').selectOption('All titles');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    t.equal(await scope(), null);

    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await dialog.getByLabel('E-mail').fill('bob@example.com');
    await dialog.getByLabel('Works on').selectOption('Only these titles');
    await search.fill('tide');
    await dialog.getByRole('option', { name: 'The Tide' }).click();
    await page.keyboard.press('Tab');
    await lookAt(t, page, `an invitation to some titles at ${width}`);
    await dialog.getByRole('button', { name: 'Send the invitation' }).click();
    await page.getByTestId('invitation').getByText('Works on: The Tide').waitFor();
    await lookAt(t, page, `staff with an invitation to some titles at ${width}`);
    const [said] = await api.db.selectFrom('invitation_scopes').select('title_id').execute();
    t.equal(said?.title_id, tide.id);
  });
}

t.test('who accepts sets an authenticator app up, keeps the codes, and the dashboard opens', async (t) => {
  const api = await site.start(t, { settings });
  await startMails(api);
  const link = await invite(api, 'ann@example.com', 'content_manager');
  // Each request renews its token. No configuration says so.
  Object.assign(api.config.accounts, { accessTokenSeconds: 19 });
  const page = await openPage(t, site.browser);
  await page.goto(api.url + link);
  await page.getByText('To work here as: Content manager.').waitFor();
  t.equal(await page.evaluate(() => location.hash), '', 'the secret does not stay in the address');
  await accept(page, 'password12345');
  await page.getByText(/on the lists that thieves try first/).waitFor();
  await accept(page);
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  t.equal(api.network.count('GET', '/api/v1/assets'), 0, 'nothing is asked for that waits for it');

  await page.getByRole('button', { name: 'Authenticator app' }).click();
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  const secret = (await page.locator('.secret').innerText()).replaceAll(/\s/g, '');
  await page.getByLabel('Code that the app shows').fill(totpCode(secret, api.clock.now()));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts();
  t.equal(codes.length, 10);
  // Another tab renews the token meanwhile: the account may do more from then on.
  const tab = await page.context().newPage();
  await tab.goto(`${api.url}/dashboard/`);
  await tab.getByRole('heading', { name: 'Library' }).waitFor();
  t.equal(await page.getByRole('heading', { name: 'Your recovery codes' }).count(), 1, 'and the codes stay');
  await tab.close();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();

  await page.getByRole('button', { name: /Account ann@example.com/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(codes[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
});

t.test('a passkey is a second factor, and signs in alone', async (t) => {
  const api = named(await site.start(t, { settings }));
  await startMails(api);
  const page = await openPage(t, site.browser);
  const device = await addAuthenticator(page);
  await page.goto(api.url + (await invite(api, 'ann@example.com')));
  await accept(page);
  await page.getByRole('button', { name: 'Passkey' }).click();
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  t.equal(await device.count(), 1);
  // It would answer at once when the browser offers it in the field of the address.
  await device.touch(false);
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.waitFor();
  await device.touch(true);
  await button.click();
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  const signIns = await api.db.selectFrom('sign_ins').select('proofs').orderBy('id', 'desc').limit(1).execute();
  t.same(signIns, [{ proofs: 'passkey' }]);
});

t.test('staff who have none set one up when they come back', async (t) => {
  const api = await site.start(t, { settings });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
});

t.test('an account that there is accepts once it is signed in to, second factor included', async (t) => {
  const api = await site.start(t, { settings });
  await startMails(api);
  const viewer = await api.addAccount('viewer', 'ann@example.com');
  const code = await addTotp(api, viewer.id);
  const link = await invite(api, viewer.email);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/', people.viewer);
  await page.getByText('This account does not work here').waitFor();
  await page.goto(api.url + link);
  await page.getByText('You are signed in as viewer@example.com').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('This address has an account.').waitFor();
  await page.getByLabel('E-mail').fill(viewer.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Code of the authenticator app').fill(code());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByRole('heading', { name: 'Users' }).waitFor();
  const row = await api.db.selectFrom('accounts').select('role').where('id', '=', viewer.id).executeTakeFirst();
  t.equal(row?.role, 'support');
});

t.test('links that open nothing say so', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  for (const [hash, words] of [
    ['', 'The link of the mail is missing'],
    ['#challenge_', 'The link of the mail is missing'],
    [`#challenge_01ARZ3NDEKTSV4RRFFQ69G5FAV.${'a'.repeat(43)}`, 'This invitation opens nothing any more'],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(`${api.url}/dashboard/invitation${hash}`);
    await page.getByText(words).waitFor();
  }
  t.equal((await mailsTo(api, 'ann@example.com')).length, 0);
});

t.test('one’s own account', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const dialog = page.getByRole('dialog');
  const secret = (await dialog.locator('.secret').innerText()).replaceAll(/\s/g, '');
  await dialog.getByLabel('Code that the app shows').fill(totpCode(secret, api.clock.now()));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 left').waitFor();
  await page.getByRole('link', { name: 'To all of your account' }).click();
  await page.waitForURL(`${api.url}/account`);
});
