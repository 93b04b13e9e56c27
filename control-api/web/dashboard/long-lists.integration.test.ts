import t from 'tap';
import type { Page } from 'playwright-core';
import { titleKeys } from '../../../server/assets/title-keys.ts';
import { newId } from '../../../server/kit/ids.ts';
import { Editor } from '../../catalog/testing/catalogue.ts';
import { openPage } from '../kit/testing/browser.ts';
import { openSite, type Api } from '../kit/testing/site.ts';
import { signIn } from './testing/browser.ts';

const site = await openSite(t);

/** Movies, or episodes of a season, as many as a test could not make by the API. */
async function addMany(
  api: Api,
  count: number,
  kind: 'movie' | 'episode',
  parent?: { readonly id: string; readonly rootId: string },
): Promise<void> {
  const now = api.clock.now();
  const rows = Array.from({ length: count }, (_, index) => {
    const id = newId('title');
    return {
      id,
      kind,
      parent_id: parent?.id ?? null,
      root_id: parent?.rootId ?? id,
      number: parent ? index + 1 : null,
      state: 'draft' as const,
      asset_id: null,
      original_language: 'en',
      maturity: null,
      effective_maturity: 18,
      year: null,
      top_rung: null,
      free_episodes: null,
      revision: 1,
      created_at: now,
      updated_at: now,
      published_at: null,
      deleted_at: null,
    };
  });
  const texts = rows.map(({ id }, index) => {
    const name = `${kind} ${index + 1}`;
    const { title_folded: name_folded, title_order: name_order } = titleKeys(name);
    return { title_id: id, language: 'en', name, name_folded, name_order, tagline: null, synopsis: null };
  });
  for (let at = 0; at < count; at += 500) {
    await api.db
      .insertInto('titles')
      .values(rows.slice(at, at + 500))
      .execute();
    await api.db
      .insertInto('title_texts')
      .values(texts.slice(at, at + 500))
      .execute();
  }
}

const nodes = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length);
/** Goes to the end again and again, as somebody who holds the End key, until something is on the page. */
const toTheEnd = (page: Page, text: string) =>
  page.waitForFunction(
    (wanted) => {
      if ([...document.querySelectorAll('bdi')].some(({ textContent }) => textContent === wanted)) return true;
      window.scrollTo(0, document.documentElement.scrollHeight);
      return false;
    },
    text,
    { polling: 30, timeout: 240_000 },
  );

for (const [width, count] of [
  [1440, 10_000],
  [390, 1500],
] as const)
  t.test(`${count} titles are scrolled through at ${width} px, and the page stays small`, async (t) => {
    const api = await site.start(t);
    const editor = await Editor.start(api);
    await addMany(api, count, 'movie');
    await editor.make({ kind: 'movie', text: { name: 'The newest' } });
    const page = await openPage(t, site.browser, width);
    await signIn(page, api, '/dashboard/catalogue');
    await page.getByText('The newest').waitFor();
    const isTable = width > 1000;
    const list = isTable ? page.getByRole('table', { name: 'Series and movies' }) : page.getByTestId('title').first();
    const counted = isTable ? 'aria-rowcount' : 'aria-setsize';
    t.equal(await list.getAttribute(counted), '-1', 'how many there are is not known yet');
    const atFirst = await nodes(page);
    await page.getByRole('link', { name: 'The newest' }).focus();
    await toTheEnd(page, 'movie 1');
    t.ok((await page.getByTestId('title').count()) < 60, `${await page.getByTestId('title').count()} rows`);
    const atLast = await nodes(page);
    t.ok(atLast < atFirst + 600 && atLast < 2000, `${atFirst} nodes at first, ${atLast} at the end`);
    t.equal(await list.getAttribute(counted), String(count + (isTable ? 2 : 1)));
    const last = page.getByTestId('title').last();
    t.equal(await last.getAttribute(isTable ? 'aria-rowindex' : 'aria-posinset'), String(count + (isTable ? 2 : 1)));
    t.equal(
      await page.evaluate(() => document.activeElement?.textContent),
      'The newest',
      'who scrolls keeps the focus',
    );
    await page.keyboard.press('Tab');
    t.equal(
      await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-index]')?.dataset['index']),
      '1',
      'the next one has it then',
    );
    const isSeen = await page.evaluate(() => {
      const { top = -1 } = document.activeElement?.getBoundingClientRect() ?? {};
      return top >= 0 && top < innerHeight;
    });
    t.ok(isSeen, 'and goes on from there');
  });

t.test('a season of thousands of episodes: all can be chosen, and one is moved with the keyboard', async (t) => {
  const api = await site.start(t);
  const editor = await Editor.start(api);
  const { series, season } = await editor.series(0);
  await addMany(api, 1500, 'episode', { id: season.id, rootId: series.id });
  const page = await openPage(t, site.browser);
  await signIn(page, api, `/dashboard/catalogue/${season.id}`);
  await page.getByTestId('part').first().waitFor();
  t.ok((await page.getByTestId('part').count()) < 60);
  t.equal(await page.getByTestId('part').first().getAttribute('aria-setsize'), '1500');
  await page.getByLabel('Choose all').check();
  await page.getByTestId('bulk-steps').getByText('1500 chosen').waitFor();
  await page.getByTestId('bulk-steps').getByRole('button', { name: 'Choose none' }).click();
  await page.evaluate(() => window.scrollTo(0, 0));
  const handle = page.getByRole('button', { name: 'Move Episode 2, episode 2', exact: true });
  await handle.press('Space');
  await page.getByText('is at place 2 of 1,500').waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowUp');
  await page.getByText('is at place 1 of 1,500').waitFor({ state: 'attached' });
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Move Episode 1, episode 2', exact: true }).waitFor();
  await toTheEnd(page, 'episode 1500');
  t.ok((await page.getByTestId('part').count()) < 60, 'at the end as well');
});

t.test('many people are read as one scrolls, and a failure says so where one is', async (t) => {
  const api = await site.start(t);
  const now = api.clock.now();
  const terms = Array.from({ length: 400 }, (_, index) => ({
    id: newId('person'),
    name: `Person ${String(index).padStart(3, '0')}`,
  }));
  const row = { kind: 'person' as const, original_language: 'en', position: 0, revision: 1 };
  await api.db
    .insertInto('terms')
    .values(terms.map(({ id }) => ({ id, ...row, created_at: now, updated_at: now })))
    .execute();
  await api.db
    .insertInto('term_texts')
    .values(
      terms.map(({ id, name }) => {
        const { title_folded: name_folded, title_order: name_order } = titleKeys(name);
        return { term_id: id, language: 'en', name, name_folded, name_order, about: null };
      }),
    )
    .execute();
  await api.db
    .insertInto('slugs')
    .values(
      terms.map(({ id }, index) => ({
        of: 'person' as const,
        slug: `person-${index}`,
        subject_id: id,
        is_current: 1,
        created_at: now,
      })),
    )
    .execute();
  const page = await openPage(t, site.browser);
  await signIn(page, api, '/dashboard/catalogue/people');
  await page.getByText('Person 000').waitFor();
  await page.route('**/api/v1/catalogue/terms?*cursor=*', (route) => route.fulfill({ status: 400, body: '{}' }));
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await page.getByText('The rest could not be loaded').waitFor();
  await page.unroute('**/api/v1/catalogue/terms?*cursor=*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The rest could not be loaded').waitFor({ state: 'detached' });
  await toTheEnd(page, 'Person 399');
  t.ok((await page.getByTestId('term').count()) < 80);
});
