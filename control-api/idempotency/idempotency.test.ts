import t from 'tap';
import type { IdempotentRequest } from '../../server/http/writes/idempotency.ts';
import { newId } from '../../server/kit/ids.ts';
import { startControlApi } from '../testing/harness.ts';
import { DatabaseIdempotency } from './store.ts';

const body = { email: 'new@example.com', password: 'a password of many words', role: 'viewer' };

t.test('a request that is repeated with its key is done once and answered alike', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  const post = (key: string, sent: object = body, by = authorization) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/accounts',
      headers: { authorization: by, 'idempotency-key': key },
      body: sent,
    });
  const first = await post('"k-1"');
  t.equal(first.statusCode, 201);
  t.equal(first.headers['idempotency-replayed'], undefined);
  for (const key of ['"k-1"', 'k-1']) {
    const again = await post(key);
    t.equal(again.statusCode, 201);
    t.equal(again.body, first.body, 'to the byte');
    t.equal(again.headers['content-type'], first.headers['content-type']);
    t.equal(again.headers['idempotency-replayed'], 'true');
  }
  t.equal((await api.db.selectFrom('accounts').select('id').where('email', '=', body.email).execute()).length, 1);
  t.match((await post('k-1', { ...body, role: 'content_manager' })).json(), {
    status: 422,
    code: 'idempotency_key_reused',
  });
  t.match((await post('k-2')).json(), { code: 'account_exists' });
  t.match((await post('k-2')).json(), { code: 'account_exists' }, 'refusals are kept too');
  const other = await api.as('super_admin');
  t.match((await post('k-1', body, other.authorization)).json(), { code: 'account_exists' }, 'keys are per account');
  t.match((await post('k'.repeat(300))).json(), { code: 'invalid_request' });
  t.match((await post('"a"b"')).json(), { code: 'invalid_request' });
  const bad = { ...body, role: 'king' };
  t.equal((await post('k-3', bad)).statusCode, 400);
  t.equal((await post('k-3', { ...body, email: 'third@example.com' })).statusCode, 201, 'nothing began by it');
  t.notMatch(JSON.stringify(await api.db.selectFrom('idempotency_keys').selectAll().execute()), /many words/);

  api.clock.advance(25 * 3_600_000);
  const { count } = await api.db
    .selectFrom('idempotency_keys')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  t.equal(await new DatabaseIdempotency(api.db, api.clock).collectExpired(), Number(count));
});

t.test('of two at the same time one does it', async (t) => {
  const api = await startControlApi(t);
  const { authorization } = await api.as('super_admin');
  const answers = await Promise.all(
    [1, 2].map(() =>
      api.app.inject({
        method: 'POST',
        url: '/api/v1/accounts',
        headers: { authorization, 'idempotency-key': 'same' },
        body,
      }),
    ),
  );
  t.same(
    answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [201, 409],
  );
  t.match(answers.find(({ statusCode }) => statusCode === 409)?.json(), { code: 'idempotency_in_progress' });
});

t.test('what a killed process leaves', async (t) => {
  const api = await startControlApi(t);
  const { id: accountId } = await api.addAccount('super_admin');
  const store = new DatabaseIdempotency(api.db, api.clock);
  const ask = (key: string): IdempotentRequest => ({
    accountId,
    route: 'POST /x',
    key,
    fingerprint: 'f',
    requestId: newId('request'),
  });
  const note = (request: IdempotentRequest) => api.db.transaction().execute((tx) => store.noteChange(tx, request));

  const [killed, next] = [ask('before the change'), ask('before the change')];
  t.same(await store.begin(killed), { state: 'begun' });
  api.clock.advance(59_000);
  t.same(await store.begin(next), { state: 'running' });
  api.clock.advance(2000);
  t.same(await store.begin(next), { state: 'begun' }, 'another may do it');
  await t.rejects(note(killed), { code: 'conflict' }, 'and should the first live after all, its change is taken back');
  await note(next);

  const changed = ask('after the change');
  await store.begin(changed);
  await note(changed);
  api.clock.advance(61_000);
  t.same(await store.begin(ask('after the change')), { state: 'lost' }, 'nothing is done twice');
  await store.release(changed);
  t.same(await store.begin(ask('after the change')), { state: 'lost' }, 'also when it is given up');

  const failed = ask('failed');
  await store.begin(failed);
  await store.release(failed);
  t.same(await store.begin(ask('failed')), { state: 'begun' }, 'what came to nothing may begin again');
  api.clock.advance(25 * 3_600_000);
  t.same(await store.begin(ask('after the change')), { state: 'begun' }, 'after a day a key is new');
});
