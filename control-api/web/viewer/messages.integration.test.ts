import t from 'tap';
import { overflow } from '../kit/testing/browser.ts';
import { openSite, people } from '../kit/testing/site.ts';
import { lookForEnglish, openInLanguage } from '../kit/testing/texts.ts';

const site = await openSite(t);

for (const width of [1440, 390]) {
  t.test(`no text is left in English, and all of it fits at ${width} px`, async (t) => {
    const api = await site.start(t);
    const page = await openInLanguage(t, site.browser, width, 'en-XA');
    const look = (what: string) => lookForEnglish(t, page, what);
    await page.goto(`${api.url}/`);
    await page.getByTestId('languages').waitFor();
    t.equal(await page.evaluate(() => document.documentElement.lang), 'en-XA');
    await look('home');
    await page.goto(`${api.url}/account/password`);
    await page.locator('button[type=submit]').click();
    await page.locator('[aria-invalid=true]').nth(1).waitFor();
    await look('sign in, empty');
    await page.locator('input[name=email]').fill(people.admin.email);
    await page.locator('input[name=password]').fill('wrong wrong wrong');
    await page.locator('button[type=submit]').click();
    await page.getByTestId('sign-in-error').waitFor();
    await look('sign in refused');
    await page.locator('input[name=password]').fill(people.admin.password);
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=new-password]').fill('short');
    await page.locator('input[name=password]').fill('wrong wrong wrong');
    await page.locator('button[type=submit]').click();
    await page.locator('[aria-invalid=true]').waitFor();
    await look('password, too short');
    await page.locator('input[name=new-password]').fill('long enough for it');
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=password][aria-invalid=true]').waitFor();
    await look('password, wrong');
    await page.goto(`${api.url}/account`);
    await page.locator('dd').nth(1).waitFor();
    await look('profile');
    await page.goto(`${api.url}/account/data`);
    await page.locator('textarea[name=reason]').waitFor();
    await page.locator('.form-button').first().click();
    await page.getByTestId('data-copy').waitFor();
    await look('data');
    await page.goto(`${api.url}/account/no/such/page`);
    await page.getByTestId('no-page').waitFor();
    await page.locator('.account').waitFor();
    await page.context().setOffline(true);
    await page.locator('.offline').waitFor();
    await look('no page, offline');
    await page.context().setOffline(false);
    await page.goto(`${api.url}/`);
    await page.locator('a[href="/dashboard/"]').waitFor();
    await look('home of the staff');
    await page.locator('.account').click();
    await page.getByRole('menuitem').first().waitFor();
    await look('menu');
    await page.locator('[role=menuitem][lang=en]').click();
    await page.getByText('Short dramas, series and movies').waitFor();
    t.equal(await page.evaluate(() => document.documentElement.lang), 'en', 'the choice counts at once');
  });
}

t.test('from right to left, chosen by somebody who is not signed in', async (t) => {
  const api = await site.start(t);
  const page = await openInLanguage(t, site.browser, 390, 'en-XA');
  await page.goto(`${api.url}/`);
  await page.getByTestId('languages').click();
  await page.locator('[role=menuitem][lang=ar-XB]').click();
  await page.waitForFunction(() => document.documentElement.dir === 'rtl');
  t.equal(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
  t.ok((await overflow(page)) <= 0);
  const { x, width } = (await page.getByRole('banner').locator('svg').first().boundingBox())!;
  t.ok(x >= 0 && x + width <= 390, 'the mark is within the window');
});
