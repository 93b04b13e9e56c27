import { createHash } from 'node:crypto';
import t from 'tap';
import { startControlApi } from '../testing/harness.ts';
import { DatabaseIdempotency } from './store.ts';
import { testStore } from './testing/store.ts';

const body = { email: 'new@example.com', password: 'a password of many words' };

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
  t.match((await post('k-1', { ...body, password: 'another password of many words' })).json(), {
    status: 422,
    code: 'idempotency_key_reused',
  });
  t.match((await post('k-2')).json(), { code: 'account_exists' });
  t.match((await post('k-2')).json(), { code: 'account_exists' }, 'refusals are kept too');
  const other = await api.as('super_admin');
  t.match((await post('k-1', body, other.authorization)).json(), { code: 'account_exists' }, 'keys are per account');
  t.match((await post('k'.repeat(300))).json(), { code: 'invalid_request' });
  t.match((await post('"a"b"')).json(), { code: 'invalid_request' });
  const bad = { ...body, role: 'viewer' };
  t.equal((await post('k-3', bad)).statusCode, 400);
  t.equal((await post('k-3', { ...body, email: 'third@example.com' })).statusCode, 201, 'nothing began by it');
  const rows = await api.db.selectFrom('idempotency_keys').selectAll().execute();
  t.notMatch(JSON.stringify(rows), /many words/);
  const guess = createHash('sha256')
    .update(JSON.stringify([{}, {}, body]))
    .digest('base64url');
  t.notOk(
    rows.some(({ fingerprint }) => fingerprint === guess),
    'nor can it be guessed from what is kept',
  );
  t.notOk(
    rows.some(({ key }) => key.startsWith('k-')),
    'without the key, of which there is a hash',
  );

  api.clock.advance(25 * 3_600_000);
  const { count } = await api.db
    .selectFrom('idempotency_keys')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  t.equal(await new DatabaseIdempotency(api.db, api.clock).collectExpired(), Number(count));
});

t.test('at the same time, and after a kill', async (t) => {
  await testStore(t, await startControlApi(t));
});
