import sharp from 'sharp';
import t from 'tap';
import type { Page } from 'playwright-core';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { lookAt } from '../kit/testing/accessibility.ts';
import { openPage, overflow } from '../kit/testing/browser.ts';
import { openSite, type Api } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';
import { addStills, addTitle, change } from './testing/titles.ts';

const site = await openSite(t);
const dialog = (page: Page) => page.getByTestId('picture-dialog').getByRole('dialog');
const slot = (page: Page, kind: string) => page.getByTestId(`picture-${kind}`);

/** Red on the left half, blue on the right. */
const halves = async (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#d00000' } })
    .composite([
      { input: { create: { width: width / 2, height, channels: 3, background: '#0000d0' } }, gravity: 'east' },
    ])
    .png()
    .toBuffer();
const png = (buffer: Buffer, name = 'picture.png') => ({ name, mimeType: 'image/png', buffer });

const give = async (page: Page, kind: string, file: { name: string; mimeType: string; buffer: Buffer }) =>
  slot(page, kind).locator('input[type=file]').setInputFiles(file);

const kept = async (api: Api, titleId: string) =>
  api.db
    .selectFrom('title_pictures')
    .innerJoin('pictures', 'pictures.hash', 'title_pictures.picture')
    .select(['title_pictures.kind', 'language', 'colour', 'width', 'height'])
    .where('title_id', '=', titleId)
    .orderBy('title_pictures.kind')
    .execute();

t.test('a poster is cut, given, replaced, removed, and each of it is undone', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie', text: { name: 'The Tide' } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await slot(page, 'poster').getByText('None yet').waitFor();
  await give(page, 'poster', png(await halves(1200, 600)));
  await dialog(page).getByText('400 × 600 pixels are shown').waitFor();
  await lookAt(t, page, 'a poster is cut');
  // To its right end, where it is blue.
  const field = dialog(page).getByRole('group', { name: 'The part that is shown' });
  await field.focus();
  for (let n = 0; n < 60; n += 1) await page.keyboard.press('ArrowLeft');
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'poster').getByText('320 × 480 pixels').waitFor();
  const shown = slot(page, 'poster').getByRole('img', { name: 'Poster, 2:3: The Tide' });
  await page.waitForFunction((element) => (element as HTMLImageElement).naturalWidth > 0, await shown.elementHandle());
  t.match(
    await kept(api, id),
    [{ kind: 'poster', language: '', colour: /^#0[0-9a-f]0[0-9a-f][c-d]/ }],
    'the blue part',
  );

  await give(page, 'poster', png(await halves(200, 300)));
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'poster').getByText('160 × 240 pixels').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await slot(page, 'poster').getByText('320 × 480 pixels').waitFor();
  await slot(page, 'poster').getByRole('button', { name: 'Remove' }).click();
  await slot(page, 'poster').getByText('None yet').waitFor();
  t.same(await kept(api, id), []);
  await page.getByRole('button', { name: 'Undo' }).click();
  await slot(page, 'poster').getByText('320 × 480 pixels').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await slot(page, 'poster').getByText('None yet').waitFor();
  t.equal(await page.getByRole('button', { name: 'Undo' }).count(), 0);
});

t.test('what is no picture, too large or too small is refused in words', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie' });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await slot(page, 'banner').waitFor();
  const refused = page.getByTestId('picture-refused');
  const close = async () => {
    await page.keyboard.press('Escape');
    await page.getByTestId('picture-dialog').getByRole('dialog').waitFor({ state: 'detached' });
  };
  await give(page, 'banner', { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
  await refused.getByText('It must be a JPEG, PNG, WebP or AVIF.').waitFor();
  await lookAt(t, page, 'a refused picture');
  await close();
  await give(page, 'banner', png(Buffer.alloc(20 * 1024 ** 2 + 1)));
  await refused.getByText('larger than').waitFor();
  await close();
  await give(page, 'banner', png(Buffer.from('<html>')));
  await refused.getByText('It cannot be read').waitFor();
  await close();
  await give(page, 'banner', png(await halves(300, 600)));
  await dialog(page).getByText('must be 320 pixels wide at least').waitFor();
  t.ok(await dialog(page).getByRole('button', { name: 'Use it' }).isDisabled());
  await close();
  // What only the server sees: the browser shows what there is of it.
  const whole = await sharp(await halves(640, 360))
    .jpeg()
    .toBuffer();
  await give(page, 'banner', {
    name: 'half.jpg',
    mimeType: 'image/jpeg',
    buffer: whole.subarray(0, whole.length - 200),
  });
  await dialog(page).getByText('640 × 360 pixels are shown').waitFor();
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await dialog(page).getByText('The picture is damaged or incomplete.').waitFor();
  await dialog(page).getByRole('button', { name: 'Leave it' }).click();
  t.ok((await overflow(page)) <= 0);
  t.same(await kept(api, id), []);
});

t.test('a good frame of the video becomes a picture, and an episode shows those of its series', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { series, episodes } = await editor.series(1);
  const episode = episodes[0]!;
  const video = await addTitle(api, { title: 'tide.mp4', isInCatalogue: false });
  await addStills(api, video, ['steelblue', 'darkorange', 'seagreen']);
  await change(api, video, { asset: 'ready', version: 'complete' });
  await editor.change(episode.id, { assetId: video.assetId });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${series.id}`);
  await slot(page, 'cover').getByRole('button', { name: 'From the video' }).click();
  await dialog(page).getByTestId('frame').nth(2).waitFor();
  await lookAt(t, page, 'frames to choose from');
  await dialog(page).getByTestId('frame').first().click();
  await dialog(page).getByText('203 × 360 pixels are shown').waitFor();
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'cover').getByText('160 × 284 pixels').waitFor();
  t.match(await kept(api, series.id), [{ kind: 'cover' }]);

  await page.goto(`${api.url}/dashboard/catalogue/${episode.id}`);
  await slot(page, 'cover').getByRole('link', { name: 'From the series' }).waitFor();
  await slot(page, 'cover')
    .getByRole('img', { name: /Vertical cover/ })
    .waitFor();
  t.equal(await slot(page, 'cover').getByRole('button', { name: 'Remove' }).count(), 0, 'it is not its own');
  await slot(page, 'banner').scrollIntoViewIfNeeded();
  await lookAt(t, page, 'an episode with the picture of its series');
  await page.goto(`${api.url}/dashboard/catalogue/${series.id}`);
  await page.getByTestId('part').nth(1).locator('img').waitFor();
  t.equal(await page.getByTestId('part').locator('img').count(), 2, 'lists of its parts show it');
});

t.test('a picture for one language stands beside the one for everybody', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie' });
  await editor.change(id, { texts: { ko: { name: '조수' } } });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await give(page, 'poster', png(await halves(320, 480)));
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'poster').getByText('320 × 480 pixels').waitFor();
  await page.getByLabel('Pictures for').selectOption('Korean');
  await slot(page, 'poster').getByText('The one for everybody').waitFor();
  await give(page, 'poster', png(await halves(160, 240)));
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'poster').getByText('160 × 240 pixels').waitFor();
  const widths = (await kept(api, id)).map(({ language, width }) => [language, width] as const);
  t.same(Object.fromEntries(widths), { '': 320, ko: 160 });
});

t.test('a person gets a portrait, and what is typed beside it is saved after it', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  await editor.send('POST', '/terms', { kind: 'person', originalLanguage: 'en', text: { name: 'Kim Ha-eun' } });
  const page = await openPage(t, site.browser, 390);
  await signIn(page, api, '/dashboard/catalogue/people');
  await page.getByTestId('term-name').click();
  await page.getByLabel('About this person').fill('Plays captains.');
  await give(page, 'portrait', png(await halves(400, 400)));
  await dialog(page).getByRole('button', { name: 'Use it' }).click();
  await slot(page, 'portrait').getByText('384 × 384 pixels').waitFor();
  await lookAt(t, page, 'a person with a portrait');
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  t.match(await api.db.selectFrom('term_texts').select('about').execute(), [{ about: 'Plays captains.' }]);
  t.equal((await api.db.selectFrom('portraits').selectAll().execute()).length, 1);
  await page.getByTestId('term').locator('img').waitFor();
  t.ok((await overflow(page)) <= 0);
});

t.test('a picture that is dropped on its place is taken there, and not as a video', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { id } = await editor.make({ kind: 'movie' });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${id}`);
  await slot(page, 'poster').waitFor();
  const bytes = [...(await halves(320, 480))];
  const transfer = await page.evaluateHandle((file) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(file)], 'poster.png', { type: 'image/png' }));
    return data;
  }, bytes);
  const place = '[data-testid=picture-poster] .picture-drop';
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(place, event, { dataTransfer: transfer });
  await dialog(page).getByText('320 × 480 pixels are shown').waitFor();
  t.match(page.url(), /catalogue/, 'it is no upload');
  t.equal((await api.db.selectFrom('uploads').selectAll().execute()).length, 0);
});
