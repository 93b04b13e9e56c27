import t from 'tap';
import { withoutGuards } from '../../audit/testing/log.ts';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { overflow } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { lookForEnglish, openInLanguage } from '../kit/testing/texts.ts';
import { signIn } from './testing/browser.ts';
import { addSampleTitles, addTitle } from './testing/titles.ts';

const site = await openSite(t);

/** What is no text of ours: names from data, formats and units, and what the server says in its own words. */
const others = [
  // A price class of the configuration, and markers as the log of changes has them.
  /intro [\d:.]+-[\d:.]+/g,
  /\bfree\b/g,
  /The Lantern Keeper, episode 1|Midnight Contract \(vertical\)|Podcast recording|Harbour Lights, trailer/g,
  /A very long title that goes on .* one line of the table/g,
  /[\w-]+\.(mp4|mov|MOV|mkv|txt)|(?<!\p{L})good(?!\p{L})|text\/plain/gu,
  /This file has no video track\. Upload a file with a picture\./g,
  /version\.[a-z-]+/g,
  // Names of the catalogue, what is in its address, and names of days, languages, regions and time zones by Intl.
  /Some (series|season|episode)|some-series|Sample|^Series$|tomorrow|[A-Z]\w+\/[\w/+-]+|GMT[\d+-]*/g,
  /(Mon|Tue|Wednes|Wed|Thurs|Thu|Fri|Satur|Sat|Sun|day)\w*|(January|February|March|April) (\d{1,2}, )?\d{4}|autosize measurement/g,
  /[a-z]+_[\dA-Z]{26}|UTC/g,
  // Hashes, whole and shortened.
  /(?<![\da-z])([\da-f]{64}|[\da-f]{12})(?![\da-z])/g,
  /[va]\d+-\d+|avc1\.\w+|mp4a\.[\d.]+|H\.264( (High|Main|Baseline) [\d.]+|)|AAC-LC|AAC|HEVC|HLG|Dolby Digital|ffmpeg( version [\d.]+)?/g,
];

for (const width of [1280, 390]) {
  t.test(`no text is left in English, and all of it fits at ${width} px`, async (t) => {
    const api = await site.start(t, { tools: [{ name: 'ffmpeg', version: 'ffmpeg version 7.1' }] });
    const page = await openInLanguage(t, site.browser, width, 'en-XA');
    const look = (what: string) => lookForEnglish(t, page, what, others);
    await page.goto(`${api.url}/dashboard/`);
    await page.locator('input[name=email]').waitFor();
    t.equal(await page.evaluate(() => document.documentElement.lang), 'en-XA');
    await look('sign in');
    await page.locator('input[name=email]').fill('admin@example.com');
    await page.locator('input[name=password]').fill('wrong wrong wrong');
    await page.locator('button[type=submit]').click();
    await page.getByTestId('sign-in-error').waitFor();
    await look('sign in refused');
    await page.locator('input[name=password]').fill('correct horse battery staple');
    await page.locator('button[type=submit]').click();
    await page.getByTestId('dropzone').waitFor();
    await look('empty library');

    const samples = await addSampleTitles(api);
    await addTitle(api, { title: 'Harbour Lights, trailer', state: 'cancelled', version: 'cancelled' });
    await page.reload();
    await page.getByTestId('asset').nth(5).waitFor();
    await page.setInputFiles('[data-testid=dropzone] input[type=file]', [
      (await site.videoFile('good.mp4', 1000)).path,
      (await site.videoFile('notes.txt', 10)).path,
      (await site.videoFile('empty.mp4', 0)).path,
    ]);
    await page.locator('[data-testid=upload][data-state=finished]').waitFor();
    await page.locator('[data-testid=upload][data-state=refused]').nth(1).waitFor();
    await look('library');
    for (const [name, { assetId }] of Object.entries(samples)) {
      await page.goto(`${api.url}/dashboard/assets/${assetId}`);
      await page.getByTestId('asset-title').waitFor();
      await look(name);
    }
    await page.goto(`${api.url}/dashboard/operations`);
    await page.getByTestId('job').first().waitFor();
    await look('operations');
    for (const write of [
      { url: `/assets/${samples.ready.assetId}`, body: { title: 'Podcast recording' } },
      {
        url: `/accounts/${(await api.addAccount('viewer')).id}`,
        body: { role: 'content_manager', status: 'disabled' },
      },
    ])
      await api.app.inject({
        method: 'PATCH',
        headers: { authorization: await api.signIn(api.admin) },
        url: `/api/v1${write.url}`,
        body: write.body,
      });
    await api.upkeep('audit.chain');
    await api.upkeep('audit.check');
    await page.goto(`${api.url}/dashboard/audit?event=asset,account.changed`);
    await page.locator('[data-event="asset.renamed"] a[href*="/assets/"]').waitFor();
    await page.locator('[data-event="account.changed"] del').first().waitFor();
    await page.getByTestId('audit-chain').waitFor();
    await look('audit');
    await page.getByTestId('audit-chain').getByRole('button').click();
    await page.getByRole('dialog').waitFor();
    await look('audit explained');
    await page.keyboard.press('Escape');
    await withoutGuards(api.db);
    for (const [sequence, change] of [
      [1, { after: null }],
      [2, { after: null }],
    ] as const)
      await api.db.updateTable('audit_log').set(change).where('sequence', '=', sequence).execute();
    api.clock.advance(86_400_000);
    await api.upkeep('audit.check');
    await page.reload();
    await page.getByTestId('audit-chain-broken').waitFor();
    await look('audit that is not whole');
    await page.goto(`${api.url}/dashboard/audit?actor=nobody&subject=nothing`);
    await page.locator('[aria-invalid=true]').nth(1).waitFor();
    await look('audit with a filter that is none');
    await page.goto(`${api.url}/dashboard/mail`);
    await page.getByTestId('mail-empty').waitFor();
    await look('no mails');
    await page.goto(`${api.url}/dashboard/assets/asset_01J00000000000000000000000`);
    await page.getByTestId('asset-missing').waitFor();
    await look('a title that is gone');

    const editor = await Editor.start(api);
    const { series, season, episodes } = await editor.series(2);
    const intro = { startMs: 1000, endMs: 2000 };
    await editor.change(episodes[0]!.id, { markers: { intro } });
    for (const kind of ['category', 'person'])
      await editor.send('POST', '/terms', { kind, originalLanguage: 'en', text: { name: 'Sample' } });
    await editor.release(series.id, ['*', Date.parse('2027-03-10T20:00Z')]);
    const movie = await editor.make({ kind: 'movie', text: { name: 'Sample' } });
    const subtitles = await api.rows.subtitles({ title_id: movie.id });
    for (const [path, isThere] of [
      [`catalogue/${movie.id}/tracks`, '[data-testid=subtitles]'],
      [`catalogue/${movie.id}/tracks/${subtitles.id}`, '[data-testid=no-cues]'],
      ['catalogue', '[data-testid=title]'],
      [`catalogue/${series.id}`, '[data-testid=part] >> nth=2'],
      [`catalogue/${season.id}`, '[data-testid=part] >> nth=1'],
      [`catalogue/${episodes[0]!.id}`, '[data-testid=markers] a'],
      [`catalogue/${episodes[0]!.id}/markers`, '[data-testid=marker-intro] input'],
      [`catalogue/${series.id}/preview`, '[data-testid=phone]'],
      ['catalogue/categories', '[data-testid=category]'],
      ['catalogue/people', '[data-testid=term]'],
      ['catalogue/schedule?month=2027-03', '[data-testid=moment]'],
      ['catalogue/home', '[data-testid=featured-none]'],
      ['catalogue/files', 'input[type=file]'],
    ] as const) {
      await page.goto(`${api.url}/dashboard/${path}`);
      await page.locator(isThere).first().waitFor({ state: 'attached' });
      // Long choices are languages, regions and time zones, by their names in Intl.
      await page.evaluate(() => {
        for (const select of document.querySelectorAll('select'))
          if (select.options.length > 40) select.replaceChildren();
      });
      await look(path.replaceAll(/title_\w+/g, 'title'));
    }
    await page.goto(`${api.url}/dashboard/assets/asset_01J00000000000000000000000`);
    await page.getByTestId('asset-missing').waitFor();

    await page.locator('.account').click();
    await page.getByRole('menuitem').first().waitFor();
    await look('menu');
    await page.locator('[role=menuitem][lang=en]').click();
    await page.getByText('This title does not exist').waitFor();
    t.equal(await page.evaluate(() => document.documentElement.lang), 'en', 'the choice counts at once');
  });
}

t.test('from right to left', async (t) => {
  const api = await site.start(t);
  const page = await openInLanguage(t, site.browser, 1280, 'ar-XB');
  await page.goto(`${api.url}/dashboard/`);
  await page.locator('input[name=email]').waitFor();
  t.equal(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
  t.ok((await overflow(page)) <= 0);
});

t.test('the language is the first of the browser’s that is there', async (t) => {
  const api = await site.start(t);
  const context = await site.browser.newContext({ locale: 'en-GB' });
  t.teardown(() => context.close());
  const page = await context.newPage();
  await addTitle(api);
  await signIn(page, api);
  await page.getByTestId('asset').waitFor();
  t.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  const added = page.locator('time').first();
  t.match(await added.getAttribute('title'), /^\d{1,2} \w{3,4} \d{4}, \d{2}:\d{2}$/, 'written as in the country');
});
