import t from 'tap';
import type { Page } from 'playwright-core';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addStills, addTitle, change, media, portraitStill } from './testing/titles.ts';

const site = await openSite(t);
const isStill = (path: string) => path.includes('/stills/');

/** What a picture looks like: its shape on the page, its own, and its colour, which only a decoded one has. */
const looks = (page: Page, alt: string | RegExp) =>
  page
    .getByRole('img', { name: alt })
    .first()
    .evaluate((element) => {
      const image = element as HTMLImageElement;
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0, 1, 1);
      const { width, height } = image.getBoundingClientRect();
      return {
        shown: Number((width / height).toFixed(1)),
        own: Number((image.naturalWidth / image.naturalHeight).toFixed(1)),
        color: Array.from(context.getImageData(0, 0, 1, 1).data.subarray(0, 3))
          .map((value) => (value > 127 ? 1 : 0))
          .join(''),
      };
    });

t.test('titles have their pictures in their shapes, and those without say why', async (t) => {
  const api = await site.start(t);
  const landscape = await addTitle(api, {
    title: 'Wide',
    state: 'ready',
    version: 'complete',
    media: media(60_000, {}),
  });
  await addStills(api, landscape, ['red', 'lime', 'blue']);
  await change(api, landscape, { asset: 'ready', version: 'complete' });
  const portrait = await addTitle(api, { title: 'Tall' });
  const error = { code: 'media_no_video', message: 'This file has no video track.' };
  await addTitle(api, { title: 'Silent', state: 'failed', version: 'failed', error });
  const page = await openPage(t, site.browser);
  let isHeld = true;
  await page.route(/\/stills\//, async (route) => {
    while (isHeld) await new Promise((resolve) => setTimeout(resolve, 20));
    await route.continue();
  });
  await signIn(page, api);
  await page.getByTestId('asset').nth(2).waitFor();
  const places = () =>
    page.getByTestId('asset').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
  const before = await places();
  isHeld = false;
  await page.getByRole('img', { name: 'Picture of Wide' }).waitFor();
  t.same(await places(), before, 'nothing moves when a picture comes');
  t.same(await looks(page, 'Picture of Wide'), { shown: 1.8, own: 1.8, color: '100' });
  await page.getByRole('img', { name: 'No picture: the processing failed.' }).waitFor();

  const waiting = page.getByTestId('asset').filter({ hasText: 'Tall' });
  await waiting.getByRole('img', { name: 'No picture yet.' }).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  await change(api, portrait, {
    asset: 'playable',
    version: 'playable',
    media: media(90_000, { width: 1080, height: 1920 }),
  });
  await addStills(api, portrait, ['blue'], portraitStill);
  await waiting.getByRole('img', { name: 'Picture of Tall' }).waitFor();
  t.same(await looks(page, 'Picture of Tall'), { shown: 0.6, own: 0.6, color: '001' });
  t.same(await places(), before, 'the first picture of a title that grows moves nothing either');

  await page.getByRole('link', { name: 'Wide' }).click();
  const strip = page.getByTestId('stills');
  await strip.getByRole('img').nth(2).waitFor();
  t.same(await strip.locator('time').allInnerTexts(), ['0:10', '0:20', '0:30']);
  t.match(await looks(page, 'Picture at 0:20'), { shown: 1.8, color: '010' });
  t.match(await page.locator('video').getAttribute('poster'), /^blob:/);
});

t.test('pictures come when they are seen, a few at a time, once, and leave no memory behind', async (t) => {
  const api = await site.start(t);
  const titles = [];
  for (let index = 1; index <= 24; index += 1) titles.push(await addTitle(api, { title: `Title ${index}` }));
  for (const title of titles) await addStills(api, title, ['red']);
  const page = await openPage(t, site.browser);
  await page.addInitScript(() => {
    const [make, end] = [URL.createObjectURL, URL.revokeObjectURL];
    const held = new Set<string>();
    Object.assign(window, { held });
    URL.createObjectURL = (blob) => {
      const url = make(blob);
      held.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      held.delete(url);
      end(url);
    };
  });
  let [underWay, most] = [0, 0];
  await page.route(/\/stills\//, async (route) => {
    most = Math.max(most, (underWay += 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    underWay -= 1;
    await route.continue();
  });
  await signIn(page, api);
  await page
    .getByRole('img', { name: /^Picture of/ })
    .nth(5)
    .waitFor();
  const seen = api.network.requests.filter(({ path }) => isStill(path)).length;
  t.ok(seen < 24, `those that nobody sees are not fetched: ${seen} of 24`);
  await page.getByTestId('asset').last().scrollIntoViewIfNeeded();
  await page.getByRole('img', { name: 'Picture of Title 1', exact: true }).waitFor();
  t.ok(most <= 3, `at most ${most} at a time`);
  const isHeld = () => page.evaluate(() => (window as unknown as { held: Set<string> }).held.size);
  t.ok((await isHeld()) > 0);

  await page.getByRole('link', { name: 'Operations' }).click();
  await page.getByTestId('job').first().waitFor();
  t.equal(await isHeld(), 0);
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.getByRole('img', { name: 'Picture of Title 24' }).waitFor();
  const asked = api.network.requests.filter(({ path }) => isStill(path)).map(({ path }) => path);
  t.equal(new Set(asked).size, asked.length, 'none is asked for twice');
});

t.test(
  'a picture that does not come says so and comes when it can; an access token that has ended is renewed',
  async (t) => {
    const api = await site.start(t);
    const title = await addTitle(api, { title: 'Later' });
    await addStills(api, title, ['red', 'lime']);
    await change(api, title, { asset: 'ready', version: 'complete' });
    const page = await openPage(t, site.browser);
    await page.clock.install();
    api.network.disturb = ({ path }) => (isStill(path) ? { kind: 'answer', status: 503 } : undefined);
    await signIn(page, api);
    const broken = page.getByRole('img', { name: 'The picture could not be loaded.' });
    await broken.waitFor();
    let refusals = 1;
    api.network.disturb = ({ path }) => {
      if (!isStill(path) || refusals === 0) return undefined;
      refusals -= 1;
      return { kind: 'answer', status: 401 };
    };
    const refreshes = api.network.count('POST', '/api/v1/accounts/refresh');
    await page.clock.fastForward('00:31');
    await page.getByRole('img', { name: 'Picture of Later' }).waitFor();
    t.equal(await broken.count(), 0);
    t.equal(api.network.count('POST', '/api/v1/accounts/refresh'), refreshes + 1);

    // The file is gone, or is none: 404, and bytes that are no picture.
    api.network.disturb = ({ path }) => (path.endsWith('/2') ? { kind: 'answer', status: 404 } : undefined);
    await page.getByRole('link', { name: 'Later' }).click();
    await page.getByTestId('stills').getByRole('img', { name: 'The picture could not be loaded.' }).waitFor();
    await page.getByRole('img', { name: 'Picture at 0:10' }).waitFor();

    // The sign-in itself has ended: a picture that comes now finds that out.
    api.network.disturb = ({ path }) =>
      isStill(path) || path.endsWith('/refresh') ? { kind: 'answer', status: 401 } : undefined;
    const next = await addTitle(api, { title: 'Next' });
    await page.getByRole('main').getByRole('link', { name: 'Library' }).click();
    await page.getByTestId('asset').filter({ hasText: 'Next' }).waitFor();
    await addStills(api, next, ['blue']);
    await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
  },
);
