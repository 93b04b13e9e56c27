import t from 'tap';
import type { Transaction } from '../../db/port.ts';
import { openHttpApp } from '../../testing/http-app.ts';
import { auditOf, useAuditLog } from './audit.ts';
import { useIdempotency, type IdempotencyStore } from './idempotency.ts';

const config = { access: 'signed-in', audit: 'asset.renamed', idempotent: 'required' } as const;

/** A store for which every request is the first, and which tells in which transactions a change was noted. */
function notingStore(noted: unknown[]): IdempotencyStore {
  return {
    begin: async () => ({ state: 'begun' }),
    noteChange: async (tx) => void noted.push(tx),
    finish: async () => undefined,
    release: async () => undefined,
  };
}

const transaction = (name: string) => ({ name }) as unknown as Transaction;

t.test('a change is noted in each transaction that it is tried in', async (t) => {
  const app = await openHttpApp(t);
  const noted: unknown[] = [];
  useIdempotency(app, notingStore(noted));
  useAuditLog(app, async () => undefined);
  const [takenBack, kept] = [transaction('taken back'), transaction('kept')];
  app.post('/x', { config }, async (request) => {
    const audit = auditOf(request);
    await audit.record(takenBack, { subject: 'asset_1' });
    await audit.record(kept, { subject: 'asset_1' });
    await audit.record(kept, { subject: 'asset_2' });
    return {};
  });
  const headers = { authorization: 'viewer', 'idempotency-key': 'k' };
  t.equal((await app.inject({ method: 'POST', url: '/x', headers })).statusCode, 200);
  t.same(noted, [takenBack, kept]);
});

t.test('every write says what it leaves in the audit log, a read only that it leaves something', async (t) => {
  const app = await openHttpApp(t);
  useAuditLog(app, async () => undefined);
  const access = 'signed-in' as const;
  t.throws(() => app.post('/x', { config: { access } }, async () => ({})), /POST \/x does not declare what it leaves/);
  const none = { none: 'nothing is changed' };
  t.throws(() => app.get('/x', { config: { access, audit: none } }, async () => ({})), /GET \/x changes nothing/);
  const unknown = 'moon.landed' as 'audit.exported';
  t.throws(() => app.get('/x', { config: { access, audit: unknown } }, async () => ({})), /does not declare/);
  const recorded: unknown[] = [];
  useAuditLog(app, async (_tx, { event, subject }) => void recorded.push([event, subject]));
  app.get('/x', { config: { access, audit: 'audit.exported' } }, async (request) => {
    await auditOf(request).record(transaction('of the record'), { subject: 'audit-log' });
    return {};
  });
  t.equal((await app.inject({ url: '/x', headers: { authorization: 'viewer' } })).statusCode, 200);
  t.same(recorded, [['audit.exported', 'audit-log']]);
});

t.test('a key is asked for whether or not the route is documented', async (t) => {
  const app = await openHttpApp(t);
  useIdempotency(app, notingStore([]));
  const schema = { headers: { type: 'object' } };
  t.throws(() => app.post('/y', { config, schema }, async () => ({})), /has a schema of headers/);
  app.post('/x', { config }, async () => ({}));
  const post = async (headers: Record<string, string>) =>
    (await app.inject({ method: 'POST', url: '/x', headers: { authorization: 'viewer', ...headers } })).statusCode;
  t.equal(await post({}), 400);
  t.equal(await post({ 'idempotency-key': 'a "b' }), 400);
  t.equal(await post({ 'idempotency-key': 'k' }), 200);
});

t.test('an answer that holds a secret is not kept', async (t) => {
  const app = await openHttpApp(t);
  const kept: string[] = [];
  useIdempotency(app, { ...notingStore([]), finish: async (_request, { body }) => void kept.push(body) });
  const answers: Readonly<Record<string, object>> = {
    plain: { name: 'A "key": "x"' },
    key: { id: 'key_1', key: 'secret' },
    nested: { grant: { accessToken: 'secret' } },
  };
  app.post('/cookie', { config }, async (_request, reply) => reply.header('set-cookie', 'a=secret').send({}));
  for (const [name, answer] of Object.entries(answers)) app.post(`/${name}`, { config }, async () => answer);
  const post = async (url: string) => {
    const headers = { authorization: 'viewer', 'idempotency-key': 'k' };
    return (await app.inject({ method: 'POST', url, headers })).statusCode;
  };
  for (const url of ['/cookie', '/key', '/nested']) t.equal(await post(url), 500, url);
  t.equal(await post('/plain'), 200);
  t.same(kept, [JSON.stringify(answers['plain'])]);
});
