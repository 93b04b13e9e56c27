import t from 'tap';
import { openPage, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);

t.test(
  'a household: a profile for a child, a PIN for the main one, and nothing of the account from a kids’ profile',
  async (t) => {
    const api = await site.start(t);
    const page = await openPage(t, site.browser, 390);
    // As on a page of plain http.
    await page.addInitScript(() => Reflect.deleteProperty(Crypto.prototype, 'randomUUID'));
    const main = page.getByRole('main');
    await signIn(page, api, '/profiles', people.viewer);
    await page.getByRole('link', { name: 'Add a profile' }).click();
    await page.getByLabel('Name').fill('Mia');
    await page.getByRole('radio', { name: 'Panda' }).check();
    await page.getByRole('switch', { name: 'Kids' }).press('Space');
    await page.getByRole('button', { name: 'Add a profile' }).click();
    await page.getByRole('heading', { name: 'Who is watching?' }).waitFor();
    await main.getByRole('button', { name: 'Mia' }).waitFor();
    const made = await api.db.selectFrom('profiles').select(['name', 'is_kids', 'picture']).orderBy('id').execute();
    t.equal(made.length, 2);
    t.match(made.at(-1), { name: 'Mia', is_kids: 1, picture: 'panda' });

    await page.getByRole('link', { name: 'Manage profiles' }).click();
    await page.getByRole('switch', { name: 'Ask for the PIN' }).press('Space');
    await main.getByRole('link', { name: 'Me', exact: true }).click();
    await page.getByRole('button', { name: 'Give it a PIN' }).click();
    await page.getByLabel('New PIN', { exact: true }).fill('2580');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change the PIN' }).waitFor();

    await page.goto(`${api.url}/profiles`);
    await main.getByRole('button', { name: 'Mia' }).click();
    await page.getByText('Nothing to choose from yet').waitFor();
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByText('Watching as Mia').waitFor();
    await page.keyboard.press('Escape');
    for (const path of ['/profiles/manage', '/account/password']) {
      await page.goto(api.url + path);
      await page.getByRole('heading', { name: 'This is for grown-ups' }).waitFor();
    }
    t.equal(await page.getByRole('navigation', { name: 'Your account' }).count(), 0);

    await page.getByRole('link', { name: 'Change profile' }).click();
    await main.getByRole('button', { name: 'Mia' }).waitFor();
    t.equal(await page.getByRole('link', { name: 'Manage profiles' }).count(), 0);
    await main.getByRole('button', { name: 'Me with a PIN' }).click();
    await page.getByLabel('PIN of Me', { exact: true }).fill('0000');
    await page.keyboard.press('Enter');
    await page.getByText('The PIN is wrong.').waitFor();
    await page.keyboard.type('2580');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing to choose from yet').waitFor();
    await page.goto(`${api.url}/account`);
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  },
);

t.test('who signs in to a household with a PIN says first who is watching', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/profiles/manage', people.viewer);
  await page.getByRole('main').getByRole('link', { name: 'Me', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Grandmother');
  await page.getByRole('radio', { name: 'Owl' }).check();
  await page.getByRole('button', { name: 'Save' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Grandmother' }).waitFor();
  await page.getByRole('button', { name: 'Give it a PIN' }).click();
  await page.getByLabel('New PIN', { exact: true }).fill('2580');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove the PIN' }).waitFor();

  const other = await openPage(t, site.browser);
  await signIn(other, api, '/sign-in', people.viewer);
  await other.getByRole('heading', { name: 'Who is watching?' }).waitFor();
  await other.getByRole('button', { name: 'Grandmother with a PIN' }).click();
  await other.getByRole('dialog').getByLabel('PIN of Grandmother', { exact: true }).fill('2580');
  await other.keyboard.press('Enter');
  await other.getByText('Nothing to choose from yet').waitFor();

  await page.getByRole('button', { name: 'Remove the PIN' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the PIN' }).click();
  await page.getByRole('button', { name: 'Give it a PIN' }).waitFor();
  t.same(await api.db.selectFrom('profiles').select(['name', 'pin_hash']).execute(), [
    { name: 'Grandmother', pin_hash: null },
  ]);
});

t.test('a profile is deleted, and what leads to it says so', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/profiles/new', people.viewer);
  await page.getByLabel('Name').fill('Guest');
  await page.getByRole('button', { name: 'Add a profile' }).click();
  await page.getByRole('button', { name: 'Guest' }).waitFor();
  await page.getByRole('link', { name: 'Manage profiles' }).click();
  await page.getByRole('link', { name: 'Guest' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guest' }).waitFor();
  const address = page.url();
  await page.getByRole('button', { name: 'Delete the profile' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Manage profiles' }).waitFor();
  await page.getByRole('link', { name: 'Guest' }).waitFor({ state: 'detached' });
  await page.goto(address);
  await page.getByRole('heading', { name: 'There is no such profile' }).waitFor();
  t.equal((await api.db.selectFrom('profiles').select('id').execute()).length, 1);
});
