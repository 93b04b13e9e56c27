import t from 'tap';
import type { Page } from 'playwright-core';
import { newestMailTo, startMails } from '../../testing/mails.ts';
import { openPage, signIn } from '../kit/testing/browser.ts';
import { openSite, people, type Api } from '../kit/testing/site.ts';
import { askedDocuments } from './testing/asked-documents.ts';

const site = await openSite(t);
const noDuties = { termsUrl: '', termsVersion: '', privacyUrl: '', privacyVersion: '' };

const decisions = (api: Api, email: string) =>
  api.db
    .selectFrom('consents')
    .innerJoin('accounts', 'accounts.id', 'consents.account_id')
    .select(['document', 'version', 'given'])
    .where('accounts.email', '=', email)
    .orderBy('consents.id')
    .execute();

const terms = (page: Page) => page.getByRole('checkbox', { name: /terms of use/ });
const privacy = (page: Page) => page.getByRole('checkbox', { name: /privacy policy/ });

t.test('given and withdrawn in the privacy room', async (t) => {
  const api = await site.start(t, { settings: { consents: { ...askedDocuments, ...noDuties } } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account/privacy', people.viewer);
  const offers = page.getByRole('switch', { name: 'Offers by mail' });
  await offers.waitFor();
  t.equal(await offers.isChecked(), false, 'nothing is agreed to by itself');
  t.equal(await page.getByRole('heading', { name: 'Your decisions so far' }).count(), 0);
  await offers.press('Space');
  const past = page.getByRole('list', { name: 'Your decisions so far' }).getByRole('listitem');
  await past.getByText('Agreed: Offers by mail, version 1').waitFor();
  t.equal(await offers.isChecked(), true);
  await offers.press('Space');
  await past.getByText('Withdrawn: Offers by mail, version 1').waitFor();
  t.equal(await offers.isChecked(), false);
  await page.reload();
  await past.nth(1).waitFor();
  t.equal(await past.count(), 2, 'each decision stays');
  t.same(
    (await decisions(api, people.viewer.email)).map(({ document }) => document),
    ['marketing', 'marketing'],
  );
});

t.test('asked for at sign-up, and written down with the account', async (t) => {
  const api = await site.start(t, { settings: { consents: askedDocuments } });
  await startMails(api);
  const page = await openPage(t, site.browser);
  await page.goto(`${api.url}/sign-up`);
  await page.getByLabel('E-mail').fill('ann@example.com');
  await page.getByLabel('Password', { exact: true }).fill('staple my new horse');
  await terms(page).check();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByText('Without it you cannot go on.').waitFor();
  t.equal(
    await privacy(page).evaluate((box) => box === document.activeElement),
    true,
    'what is missing is where one is',
  );
  await privacy(page).check();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByLabel('Code', { exact: true }).fill((await newestMailTo(api, 'ann@example.com')).code ?? '');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Nothing to choose from yet').waitFor();
  await page.goto(`${api.url}/account/privacy`);
  await page.getByText('Agreed: Terms of use, version 2026-11-30').waitFor();
  await page.getByText('Agreed: Privacy policy, version 3').waitFor();
  t.equal(await page.getByText('Before you go on').count(), 0);
  t.equal((await decisions(api, 'ann@example.com')).length, 2, 'offers were not agreed to');
});

t.test('what is due is asked for after signing in, and again when there is a newer version', async (t) => {
  const api = await site.start(t, { settings: { consents: askedDocuments } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account/email', people.viewer);
  await page.getByRole('heading', { name: 'Before you go on' }).waitFor();
  t.equal(await page.getByRole('checkbox').count(), 2, 'only what everybody must agree to');
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByText('Without it you cannot go on.').nth(1).waitFor();
  await terms(page).check();
  await privacy(page).check();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'E-mail address' }).waitFor();

  await api.db.updateTable('consents').set({ version: '2025-12-31' }).where('document', '=', 'terms').execute();
  await page.goto(`${api.url}/account`);
  await page.getByRole('heading', { name: 'Something has changed' }).waitFor();
  t.equal(await page.getByRole('checkbox').count(), 1);
  await terms(page).check();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  t.match(await decisions(api, people.viewer.email), [
    { document: 'terms', version: '2025-12-31' },
    { document: 'privacy', version: '3' },
    { document: 'terms', version: '2026-11-30' },
  ]);
});
