import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { openPage, overflow, signIn } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';

const site = await openSite(t);

t.test('the first page is there soon', async (t) => {
  const built = path.join(import.meta.dirname, 'dist');
  const page = await readFile(path.join(built, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="(\.\/static\/[^"]+\.js)"/g)].map((match) => match[1]!);
  const sizes = await Promise.all(scripts.map(async (file) => gzipSync(await readFile(path.join(built, file))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  t.ok(total > 50_000 && total < 200_000, `${total} bytes of scripts: ${scripts.join(', ')}`);
});

t.test('a keyboard and a screen reader come along', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.goto(`${api.url}/`);
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor();
  t.equal(
    await page.evaluate(() => document.activeElement === document.body),
    true,
    'the first page reads from its top',
  );
  t.equal(await page.title(), 'Short dramas, series and movies · Dramabox');

  await page.keyboard.press('Tab');
  t.equal(await focused(), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'Sign in', 'past the head, which is the same everywhere');
  await page.keyboard.press('Enter');
  await page.getByLabel('E-mail').waitFor();
  t.equal(await focused(), 'Sign in', 'the heading of the page that came');
  t.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  t.equal(await page.title(), 'Sign in · Dramabox');
  await page.keyboard.press('Tab');
  await page.keyboard.type(people.viewer.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(people.viewer.password);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing to choose from yet').waitFor();
  t.equal(await focused(), 'Short dramas, series and movies');

  await page.getByRole('button', { name: /Account/ }).press('Enter');
  await page.getByRole('menuitem', { name: 'Your account' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  t.equal(await focused(), 'Account', 'also from a menu, which would take the focus back');
  t.equal(await page.title(), 'Account · Dramabox');
  await page.getByRole('link', { name: 'Password', exact: true }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Password' }).waitFor();
  t.equal(await focused(), 'Password', 'also where the way there stays on the page');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  t.equal(await focused(), 'Account', 'and back');
  t.equal(await page.title(), 'Account · Dramabox');
});

t.test('the ways to the pages are where a thumb is, or in the head', async (t) => {
  const api = await site.start(t);
  for (const [width, isBelow] of [
    [390, true],
    [1440, false],
  ] as const) {
    const page = await openPage(t, site.browser, width);
    await page.goto(`${api.url}/`);
    const ways = page.getByRole('navigation', { name: 'Pages' });
    await ways.waitFor();
    t.same(await ways.getByRole('link').allTextContents(), ['Home', 'Account']);
    const { y, height } = (await ways.boundingBox())!;
    t.equal(y + height === 844, isBelow, `${width} px: ${y} ${height}`);
    await ways.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    t.ok((await overflow(page)) <= 0);
  }
});

t.test('an address that no page has', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  await page.goto(`${api.url}/account/no/such/page`);
  await page.getByRole('heading', { name: 'There is no page here' }).waitFor();
  t.equal(await page.title(), 'There is no page here · Dramabox');
  await page.getByTestId('no-page').getByRole('link', { name: 'To the first page' }).click();
  await page.getByRole('heading', { name: 'Short dramas, series and movies' }).waitFor();
  t.equal(page.url(), `${api.url}/`);
});

t.test('a page whose code is gone breaks alone', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/account', people.viewer);
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  // As after an update of the server.
  await page.route('**/static/PasswordPage-*.js', (route) => route.fulfill({ status: 404 }));
  await page.getByRole('link', { name: 'Password', exact: true }).click();
  await page.getByText('This page has stopped working').waitFor();
  t.equal(await page.getByRole('main').count(), 1);
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByText('Nothing to choose from yet').waitFor();
  t.pass('the others go on');
});

t.test('without a network the page says so, for as long as it is so', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/account', people.viewer);
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('status').getByText('You are offline.').waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('Not signed out').waitFor();
  t.pass('what fails meanwhile is told, too');
  await page.context().setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'hidden' });
  t.equal(await page.getByRole('heading', { level: 1, name: 'Account' }).count(), 1, 'nothing was lost');
});

t.test('below a path of its host', async (t) => {
  for (const isTakenOff of [true, false]) {
    const api = await site.start(t, { at: { path: '/video', isTakenOff } });
    const page = await openPage(t, site.browser);
    const strayed: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (!/^\/video(\/|$)/.test(pathname)) strayed.push(pathname);
    });
    await signIn(page, api, '/account/password', people.admin);
    await page.getByRole('heading', { level: 1, name: 'Password' }).waitFor();
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByText('Nothing to choose from yet').waitFor();
    t.equal(page.url().replace(/\/$/, ''), api.url);
    await page.reload();
    await page.getByRole('link', { name: 'Open the dashboard' }).click();
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    t.equal(page.url(), `${api.url}/dashboard/`);
    t.same(strayed, [], 'nothing was asked of the other servers of this host');
  }
});
