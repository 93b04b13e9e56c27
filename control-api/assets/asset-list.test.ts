import t from 'tap';
import { identity } from '../../server/testing/identity.ts';
import { startControlApi } from '../testing/harness.ts';
import { selectAssets } from './asset-list.ts';
import { assetSorts } from './list-cursor.ts';
import type { BulkResult } from './schemas.ts';
import { listCases } from './testing/list-cases.ts';

t.test('lists of assets', async (t) => listCases(t, await startControlApi(t)));

t.test('every order is that of an index', async (t) => {
  const api = await startControlApi(t);
  for (const sort of assetSorts) {
    const plan = await selectAssets(api.db, {
      by: identity(),
      sort,
      order: 'desc',
      ownerId: undefined,
      state: undefined,
      search: undefined,
      hasWarnings: false,
      after: { value: sort === 'duration' || sort === 'size' ? 1 : 'a', id: 'asset_x' },
      limit: 50,
    }).explain();
    const steps = plan.map((step) => String(step['detail']));
    t.notMatch(steps.join('\n'), /TEMP B-TREE|SCAN assets/, `${sort}: ${steps.join('; ')}`);
  }
});

t.test('the same for several assets', async (t) => {
  const api = await startControlApi(t);
  const [manager, other, admin] = [
    await api.as('content_manager'),
    await api.as('content_manager'),
    await api.as('super_admin'),
  ];
  const title = async (ownerId: string, asset: 'ready' | 'processing' = 'ready') =>
    (await api.rows.title({ ownerId, asset, version: asset === 'ready' ? 'complete' : 'encoding', published: false }))
      .assetId;
  const act = async (action: string, ids: readonly unknown[], by = manager) => {
    const answer = await api.app.inject({
      method: 'POST',
      url: `/api/v1/assets/bulk/${action}`,
      headers: { authorization: by.authorization },
      body: { ids },
    });
    return { status: answer.statusCode, results: answer.json<{ results?: BulkResult[] }>().results };
  };
  const stateOf = async (id: string) =>
    (await api.db.selectFrom('assets').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
  const codes = (results: BulkResult[] | undefined) => results?.map(({ problem }) => problem?.code ?? 'done');

  const mine = [await title(manager.id), await title(manager.id)] as const;
  const theirs = await title(other.id);
  const { status, results } = await act('delete', [mine[0], theirs, mine[1]]);
  t.equal(status, 200);
  t.same(codes(results), ['done', 'not_found', 'done'], 'somebody else’s is not there');
  t.same(
    results?.map(({ id }) => id),
    [mine[0], theirs, mine[1]],
  );
  t.same([await stateOf(mine[0]), await stateOf(theirs), await stateOf(mine[1])], ['deleted', 'ready', 'deleted']);
  const records = await api.db.selectFrom('audit_log').select('subject').where('event', '=', 'asset.deleted').execute();
  t.same(records.map(({ subject }) => subject).sort(), [...mine].sort(), 'recorded each, and only what was done');
  t.same(codes((await act('delete', [...mine])).results), ['not_found', 'not_found'], 'nothing is done twice');

  const [ready, busy] = [await title(manager.id), await title(manager.id, 'processing')];
  t.same(codes((await act('reencode', [ready, busy, theirs])).results), ['done', 'conflict', 'not_found']);
  t.same(codes((await act('cancel', [ready, busy, theirs])).results), ['done', 'done', 'not_found']);
  t.same([await stateOf(ready), await stateOf(busy)], ['ready', 'cancelled']);
  t.same(codes((await act('delete', [theirs, ready], admin)).results), ['done', 'done'], 'administrators may');

  for (const ids of [[], ['asset_1'], [busy, busy], [5], Array.from({ length: 101 }, () => busy)])
    t.equal((await act('delete', ids)).status, 400);
  t.equal((await act('rename', [busy])).status, 404);
});
