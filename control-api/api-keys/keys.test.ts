import t from 'tap';
import { serviceOf, useServiceKeys } from '../../server/http/callers/services.ts';
import { openHttpApp } from '../../server/testing/http-app.ts';
import { startControlApi } from '../testing/harness.ts';
import { createApiKey, findServiceCaller } from './keys.ts';

t.test('a program with a key calls what its scopes are for', async (t) => {
  const api = await startControlApi(t);
  const { id: createdBy } = await api.addAccount('super_admin');
  const make = (more: object = {}) =>
    createApiKey(api.db, { name: 'Grafana', scopes: ['metrics.read'], createdBy, now: api.clock.now(), ...more });
  const app = await openHttpApp(t);
  app.get('/x', { config: { access: { service: 'metrics.read' } } }, async (request) => serviceOf(request)?.keyId);
  useServiceKeys(app, (key) => findServiceCaller(api.db, key, api.clock));
  const call = (key: string) => app.inject({ url: '/x', headers: { authorization: `Bearer ${key}` } });

  const { id, key } = await make();
  t.equal((await call(key)).body, id);
  t.equal((await call((await make({ scopes: ['assets.read'] })).key)).statusCode, 403);
  t.equal((await call(`${key}x`)).statusCode, 401);
  t.equal((await call(id)).statusCode, 401);
  t.equal((await call(`${id}-${key.slice(-43).toLowerCase()}`)).statusCode, 401);
  t.equal((await call(`key_01ARZ3NDEKTSV4RRFFQ69G5FAV-${'a'.repeat(43)}`)).statusCode, 401);
  const short = await make({ expiresAt: api.clock.now() + 1000 });
  t.equal((await call(short.key)).statusCode, 200);
  api.clock.advance(1000);
  t.equal((await call(short.key)).statusCode, 401);
  await api.db.updateTable('api_keys').set({ revoked_at: api.clock.now() }).where('id', '=', id).execute();
  t.equal((await call(key)).statusCode, 401);
  const rows = JSON.stringify(await api.db.selectFrom('api_keys').selectAll().execute());
  t.notMatch(rows, key.slice(-43), 'the secret is not kept');
});
