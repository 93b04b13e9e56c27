import t from 'tap';
import { openPage, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';
import { addAuthenticator } from '../kit/testing/virtual-authenticator.ts';

const site = await openSite(t);

t.test('a passkey is offered after a password, made, and signs in from the field of the address', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  const device = await addAuthenticator(page);
  await signIn(page, { url: api.namedUrl }, '/sign-in', people.viewer);
  await page.getByTestId('passkey-offer').getByRole('link', { name: 'Make a passkey' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('My phone');
  await dialog.getByRole('button', { name: 'Make the passkey' }).click();
  await dialog.getByText('They are shown this once').waitFor();
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  const passkeys = page.getByRole('list', { name: 'Your passkeys' }).getByRole('listitem');
  await passkeys.getByText('My phone').waitFor();
  await passkeys.getByText('never used').waitFor();
  t.equal(await device.count(), 1);

  // It answers at once, as if somebody had chosen it among what the field offers; so not yet.
  await device.touch(false);
  await page.getByRole('link', { name: 'Account', exact: true }).first().click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const field = page.getByLabel('E-mail');
  await field.waitFor();
  t.equal(await field.getAttribute('autocomplete'), 'username webauthn', 'where browsers show them');
  t.equal(await page.getByText('Signed in as').count(), 0);
  await device.touch(true);
  await page.reload();
  await page.getByText('Signed in as').waitFor();
  t.equal(await page.getByTestId('passkey-offer').count(), 0, 'nothing is offered to who has one');
  const last = await api.db.selectFrom('sign_ins').select('proofs').orderBy('id', 'desc').limit(1).execute();
  t.same(last, [{ proofs: 'passkey' }]);
});

t.test('an authenticator that gives none, and a password instead', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  const device = await addAuthenticator(page);
  await device.touch(false);
  await page.goto(`${api.namedUrl}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('No passkey was used. Try again, or go another way.').waitFor();
  await signIn(page, { url: api.namedUrl }, '/sign-in', people.viewer);
  await page.getByTestId('passkey-offer').getByRole('button', { name: 'Not on this browser' }).click();
  await page.getByTestId('passkey-offer').waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(await page.getByTestId('passkey-offer').count(), 0);
});

t.test('a passkey that was removed elsewhere is refused, and the device forgets it', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  const device = await addAuthenticator(page);
  await signIn(page, { url: api.namedUrl }, '/account/passkeys', people.viewer);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: /^Remove/ }).waitFor();
  await api.db.deleteFrom('passkeys').execute();
  await device.touch(false);
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const byPasskey = page.getByRole('button', { name: 'Sign in with a passkey' });
  await byPasskey.waitFor();
  await device.touch(true);
  await byPasskey.click();
  await page.getByTestId('sign-in-error').waitFor();
  t.equal(await device.count(), 0);
});
