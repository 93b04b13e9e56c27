import type { Test } from 'tap';
import { videoWarnings } from '../../../server/assets/warnings.ts';
import type { AssetState } from '../../../server/db/tables/assets.ts';
import type { Harness } from '../../testing/harness.ts';
import { assetSorts } from '../list-cursor.ts';
import type { AssetSummaryView } from '../schemas.ts';

interface Page {
  readonly items: readonly AssetSummaryView[];
  readonly nextCursor: string | null;
}

const titles = [
  '100% sure',
  '100 percent',
  'under_score',
  'underXscore',
  'back\\slash',
  "it's; drop table assets",
  'Café Ｎoir',
  'Episode 10',
  'Episode 9',
  'episode 1',
  'episode 1',
] as const;

/** What lists of assets give, on the database of this application. */
export async function listCases(t: Test, api: Harness): Promise<void> {
  const [manager, other] = [await api.as('content_manager'), await api.as('content_manager')];
  const ask = async (query: Record<string, string>, by = manager) => {
    const answer = await api.app.inject({
      method: 'GET',
      url: `/api/v1/assets?${new URLSearchParams(query).toString()}`,
      headers: { authorization: by.authorization },
    });
    return { status: answer.statusCode, page: answer.json<Page & { code?: string }>() };
  };
  const found = async (query: Record<string, string>) =>
    (await ask({ sort: 'title', ...query })).page.items.map(({ title }) => title);

  const states: readonly AssetState[] = ['ready', 'failed', 'processing'];
  const ids: string[] = [];
  for (const [index, title] of titles.entries()) {
    const state = states[index % 3]!;
    const version = state === 'ready' ? 'complete' : state === 'failed' ? 'failed' : 'queued';
    const { assetId } = await api.rows.title({ ownerId: manager.id, name: title, asset: state, version });
    ids.push(assetId);
    // Some are alike in what is sorted by.
    await api.db
      .updateTable('assets')
      .set({ duration_ms: (index % 4) * 1000, source_bytes: 5_000_000_000 + (index % 2) })
      .where('id', '=', assetId)
      .execute();
  }
  const gone = await api.rows.title({ ownerId: manager.id, name: 'episode that is gone' });
  await api.db.updateTable('assets').set({ state: 'deleted' }).where('id', '=', gone.assetId).execute();
  await api.rows.title({ ownerId: other.id, name: 'of somebody else' });

  await t.test('search', async (t) => {
    t.same(await found({ search: 'EPISODE 1' }), ['episode 1', 'episode 1', 'Episode 10']);
    t.same(await found({ search: 'isode  9' }), ['Episode 9'], 'anywhere in the title');
    t.same(await found({ search: 'cafe noir' }), ['Café Ｎoir']);
    t.same(await found({ search: '%' }), ['100% sure'], 'no character stands for others');
    t.same(await found({ search: '_' }), ['under_score']);
    t.same(await found({ search: '\\' }), ['back\\slash']);
    t.same(await found({ search: "'s; drop" }), ["it's; drop table assets"]);
    t.same(await found({ search: 'nowhere' }), []);
    t.same(await found({ search: '0\u0000%' }), [], 'U+0000 becomes a space');
    t.equal((await found({ search: '\u0000' })).length, 12, 'nothing is left to search for');
    t.same(await found({ search: ids[7]! }), ['Episode 10'], 'by id');
    t.same(await found({ search: ids[7]!.toLowerCase().slice('asset_'.length) }), ['Episode 10']);
    t.same(await found({ search: ids[7]!, state: 'processing' }), [], 'together with a filter');
    t.equal((await ask({ search: 'x'.repeat(101) })).status, 400);
    t.equal((await ask({ search: '' })).status, 400);
  });

  await t.test('filters', async (t) => {
    t.equal((await found({})).length, 12, 'all, without the deleted one');
    t.equal((await found({ mine: 'true' })).length, 11);
    t.equal((await found({ mine: 'false' })).length, 12);
    t.same(
      (await ask({ mine: 'true' }, other)).page.items.map(({ title }) => title),
      ['of somebody else'],
    );
    t.equal((await found({ mine: 'true', state: 'failed' })).length, 4);

    const served = await api.rows.title({ ownerId: manager.id, name: 'warned', asset: 'ready', version: 'complete' });
    const newer = await api.rows.version({ asset_id: served.assetId, number: 2, state: 'encoding' });
    const warning = videoWarnings.audio_track_empty({ track: 1 });
    await api.rows.warnings(newer.id, warning);
    t.same(await found({ hasWarnings: 'true' }), [], 'of a version that nobody sees yet');
    await api.rows.warnings(served.versionId, warning);
    t.same(await found({ hasWarnings: 'true' }), ['warned']);
    const unserved = await api.rows.title({ ownerId: manager.id, name: 'warned too', version: 'encoding' });
    await api.rows.warnings(unserved.versionId, warning);
    t.same(await found({ hasWarnings: 'true' }), ['warned', 'warned too']);
    t.equal((await found({ hasWarnings: 'false' })).length, 14);
    await api.db.updateTable('assets').set({ state: 'deleted' }).where('title', 'like', 'warned%').execute();
  });

  await t.test('order', async (t) => {
    t.same(
      (await found({ search: 'episode' })).concat(await found({ search: 'episode', order: 'desc' })),
      ['episode 1', 'episode 1', 'Episode 9', 'Episode 10', 'Episode 10', 'Episode 9', 'episode 1', 'episode 1'],
      'numbers by their value',
    );
    const first = async (query: Record<string, string>) => (await ask(query)).page.items[0];
    t.equal((await first({}))?.title, 'of somebody else', 'newest first');
    t.equal((await first({ order: 'asc' }))?.title, '100% sure');
    t.equal((await first({ sort: 'duration' }))?.title, 'Episode 10', 'longest first; of those the newest');
    t.equal((await first({ sort: 'size' }))?.sourceBytes, 5_000_000_001);
    t.equal((await first({ sort: 'state' }))?.state, 'failed');
    t.equal((await ask({ sort: 'owner' })).status, 400);
  });

  await t.test('page by page, everything comes once', async (t) => {
    for (const sort of assetSorts)
      for (const order of ['asc', 'desc']) {
        const whole = (await ask({ sort, order })).page.items.map(({ id }) => id);
        const seen: string[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const { page } = await ask({ sort, order, limit: '5', ...(cursor && { cursor }) });
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        t.same(seen, whole, `${sort} ${order}`);
        t.equal(seen.length, 12);
      }

    const first = (await ask({ sort: 'title', limit: '3' })).page;
    const last = first.items.at(-1)!;
    const second = async () =>
      (await ask({ sort: 'title', limit: '3', cursor: first.nextCursor! })).page.items.map(({ id }) => id);
    const before = await second();
    await api.app.inject({
      method: 'PATCH',
      url: `/api/v1/assets/${last.id}`,
      headers: { authorization: manager.authorization },
      body: { title: 'zzz' },
    });
    t.same(await second(), before, 'the last one of the page before was renamed');
    t.same(await found({ search: 'zzz' }), ['zzz'], 'and is found by its new name');
    await api.db.updateTable('assets').set({ state: 'deleted' }).where('id', '=', last.id).execute();
    t.same(await second(), before, 'and deleted');
  });

  await t.test('cursors of other lists', async (t) => {
    const { nextCursor } = (await ask({ sort: 'title', limit: '1' })).page;
    const forged = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const [query, what] of [
      [{ sort: 'title', order: 'desc', cursor: nextCursor! }, 'the other way round'],
      [{ sort: 'size', cursor: nextCursor! }, 'another order'],
      [{ cursor: ids[0]! }, 'an id'],
      [{ cursor: 'e30' }, 'no list'],
      [{ cursor: '-_-' }, 'no JSON'],
      [{ sort: 'size', cursor: forged(['size', 'desc', 'many', ids[0]]) }, 'no number'],
      [{ sort: 'size', cursor: forged(['size', 'desc', 1e300, ids[0]]) }, 'a number that no column holds'],
      [{ sort: 'title', cursor: forged(['title', 'asc', 'a\0', ids[0]]) }, 'U+0000'],
      [{ sort: 'title', cursor: forged(['title', 'asc', 'a', 'asset_1']) }, 'no id'],
    ] as const) {
      const { status, page } = await ask(query);
      t.same([status, page.code], [400, 'invalid_request'], what);
    }
  });
}
