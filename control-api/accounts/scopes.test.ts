import t from 'tap';
import { newId } from '../../server/kit/ids.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi } from '../testing/harness.ts';
import { addSeries } from '../testing/two-series.ts';

async function start(t: Parameters<typeof startControlApi>[0]) {
  const api = await startControlApi(t);
  const [admin, manager] = [await api.as('super_admin'), await api.as('content_manager')];
  const [one, other] = [await addSeries(api, 1), await addSeries(api, 2)];
  const send = async (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object, by = admin) =>
    api.app.inject({
      method,
      url: `/api/v1/${url}`,
      headers: { authorization: by.authorization },
      ...(body && { body }),
    });
  const put = (titles: readonly string[] | null, id = manager.id) => send('PUT', `accounts/${id}/scope`, { titles });
  const sees = async (id: string) => (await send('GET', `catalogue/titles/${id}`, undefined, manager)).statusCode;
  return { api, admin, manager, one, other, send, put, sees };
}

t.test('super admins say which titles somebody works on; it counts at once', async (t) => {
  const { api, manager, one, other, send, put, sees } = await start(t);
  t.same((await send('GET', `accounts/${manager.id}/scope`)).json(), { titles: null });
  t.equal(await sees(other.series), 200);
  const said = await put([one.series]);
  t.same(said.json(), { titles: [{ id: one.series, name: 'Series' }] });
  t.same((await send('GET', `accounts/${manager.id}/scope`)).json(), said.json());
  t.equal(await sees(other.series), 404);
  t.equal(await sees(one.episode), 200);
  t.match(
    api.events.published.filter(({ name }) => name === 'rights.changed'),
    [{ event: { accountId: manager.id } }],
    'what is open asks again',
  );
  t.equal((await put([other.series])).statusCode, 200);
  t.equal(await sees(one.series), 404);
  t.equal((await put([])).statusCode, 200);
  t.equal(await sees(other.series), 404, 'nothing is not everything');
  t.equal((await put([])).statusCode, 200, 'the same again');
  t.same((await put(null)).json(), { titles: null });
  t.equal(await sees(other.series), 200);
  const records = await api.db
    .selectFrom('audit_log')
    .select(['before', 'after'])
    .where('event', '=', 'account.scope-changed')
    .where('subject', '=', manager.id)
    .orderBy('id')
    .execute();
  t.same(
    records.map(({ before, after }) => [JSON.parse(before ?? ''), JSON.parse(after ?? '')].map(({ titles }) => titles)),
    [
      ['all', one.series],
      [one.series, other.series],
      [other.series, ''],
      ['', 'all'],
    ],
  );
});

t.test('a title that is removed takes the last of somebody’s work, and gives nothing', async (t) => {
  const { api, manager, one, other, send, put, sees } = await start(t);
  await put([one.series]);
  t.equal((await send('DELETE', `catalogue/titles/${one.series}`)).statusCode, 204);
  t.equal(await sees(other.series), 404);
  api.clock.advance((api.config.catalogue.deletedDays + 1) * 86_400_000);
  t.ok((await api.upkeep<number>('catalog.remove-deleted')) >= 3);
  const authorization = await api.signIn(manager);
  const seen = async (url: string) =>
    api.app.inject({ url: `/api/v1/catalogue/titles${url}`, headers: { authorization } });
  t.equal((await seen(`/${other.series}`)).statusCode, 404);
  t.same((await seen('')).json(), { items: [], nextCursor: null });
  const { authorization: later } = await api.as('super_admin');
  const scope = await api.app.inject({
    url: `/api/v1/accounts/${manager.id}/scope`,
    headers: { authorization: later },
  });
  t.same(scope.json(), { titles: [] });
});

t.test('who may not be narrowed, and what is no series', async (t) => {
  const { api, admin, one, put } = await start(t);
  for (const role of ['support', 'finance', 'viewer', 'super_admin'] as const)
    t.match((await put([one.series], (await api.addAccount(role)).id)).json(), { code: 'conflict' }, role);
  t.match((await put([one.series], admin.id)).json(), { code: 'own_account' });
  t.match((await put([one.series], newId('account'))).json(), { code: 'not_found' });
  for (const id of [one.season, one.episode, newId('title')]) t.match((await put([id])).json(), { code: 'not_found' });
  t.match((await put(Array.from({ length: 201 }, () => newId('title')))).json(), { code: 'invalid_request' });
  t.match((await put([one.series, one.series])).json(), { code: 'invalid_request' });
});

t.test('another role and back: they are as narrow as they were; a super admin is not', async (t) => {
  const { manager, one, other, send, put, sees } = await start(t);
  await put([one.series]);
  const become = (role: string) => send('PATCH', `accounts/${manager.id}`, { role });
  t.equal((await become('super_admin')).statusCode, 200);
  t.equal(await sees(other.series), 200);
  await become('support');
  t.equal(await sees(one.series), 403);
  await become('content_manager');
  t.equal(await sees(other.series), 404);
  t.equal(await sees(one.series), 200);
});

t.test('somebody who listens hears of other assets when they work on other titles', async (t) => {
  const { api, manager, one, other, put } = await start(t);
  await put([one.series]);
  const controller = new AbortController();
  const response = await fetch(`${await api.listen()}/api/v1/assets/events`, {
    headers: { authorization: manager.authorization },
    signal: controller.signal,
  });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  await until('it listens', () => text.includes(': connected'));
  const change = async (...ids: readonly string[]) => {
    for (const assetId of ids) await api.events.publish('asset.changed', { assetId });
  };
  await change(other.assetId, one.assetId);
  await until('it heard', () => text.includes(one.assetId));
  t.notOk(text.includes(other.assetId));
  await put([other.series]);
  text = '';
  await change(one.assetId, other.assetId);
  await until('it heard', () => text.includes(other.assetId));
  t.notOk(text.includes(one.assetId));
  controller.abort();
  await reading;
});
