import { PostgresAdapter, sql } from 'kysely';
import t, { type Test } from 'tap';
import { createLogger } from '../../server/kit/logger.ts';
import { Notices } from '../../server/kit/notices.ts';
import { until } from '../../server/testing/until.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { chainHash } from './chain.ts';
import { chainRecords, readChain } from './chaining.ts';
import { walkChain } from './checking.ts';
import type { AuditChainView, AuditRecordView } from './schemas.ts';
import { ChainWatch } from './watch.ts';
import { addRecord, chainedRecords, withoutGuards } from './testing/log.ts';

const [hour, day] = [3_600_000, 86_400_000];
const noHash = '0'.repeat(64);
const going = new AbortController().signal;

/** Some records of now, chained. */
async function logOf(api: Harness, records: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < records; n += 1)
    ids.push(await addRecord(api.db, api.clock.now() + n, { after: JSON.stringify({ title: `Title ${n}` }) }));
  await api.upkeep('audit.chain');
  return ids;
}

const fail = (api: Harness, email = 'nobody@example.com') =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/accounts/sign-in',
    body: { email, password: 'wrong wrong wrong', delivery: 'body' },
  });

async function ask<T>(api: Harness, url: string): Promise<T> {
  const { authorization } = await api.as('super_admin');
  return (await api.app.inject({ url: `/api/v1/audit${url}`, headers: { authorization } })).json<T>();
}

t.test('what was changed is chained soon after, and shown with its place', async (t) => {
  const api = await startControlApi(t);
  const { authorization, id } = await api.as('content_manager');
  const { assetId } = await api.rows.title({ ownerId: id });
  const rename = (title: string) =>
    api.app.inject({ method: 'PATCH', url: `/api/v1/assets/${assetId}`, headers: { authorization }, body: { title } });
  for (const title of ['One', 'Two', 'Three']) await rename(title);
  const show = async () => (await ask<{ items: AuditRecordView[] }>(api, `?subject=${assetId}`)).items;
  t.match(await show(), [{ sequence: null, hash: null }]);
  t.match(await ask<AuditChainView>(api, '/chain'), {
    head: { sequence: 0, hash: noHash },
    removed: null,
    waiting: 3,
    check: null,
  });
  t.equal(await api.upkeep('audit.chain'), 3);
  t.equal(await api.upkeep('audit.chain'), 0);
  const [three, two, one] = await show();
  t.match([one, two, three], [{ sequence: 1 }, { sequence: 2 }, { sequence: 3, after: { title: 'Three' } }]);
  const [first] = await chainedRecords(api.db);
  t.equal(first && chainHash(noHash, 1, first), one?.hash, 'the first follows nothing');
  await rename('Four');
  await api.upkeep('audit.chain');
  t.match(await ask(api, '/chain'), { head: { sequence: 4, hash: (await show())[0]?.hash }, waiting: 0 });
  t.match(await walkChain(api.db), { checked: 4, breaks: 0, head: { sequence: 4 } });
});

t.test('many that wait are chained some at a time, and a stop ends it between two of them', async (t) => {
  const api = await startControlApi(t);
  const now = api.clock.now();
  for (let n = 0; n < 500; n += 1) await addRecord(api.db, now);
  const stop = new AbortController();
  let rounds = 0;
  const counted = api.db.withPlugin({
    transformQuery: ({ node }) => {
      // Its state is held once a transaction.
      if (node.kind === 'UpdateQueryNode' && node.returning && (rounds += 1) === 2) stop.abort();
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  t.equal(await chainRecords(counted, now, stop.signal), 400);
  t.equal(await chainRecords(api.db, now, going), 100);
  t.match(await walkChain(api.db), { checked: 500, breaks: 0 });
});

t.test('what is added to within its hour is chained when that is over', async (t) => {
  const api = await startControlApi(t);
  api.clock.advance(hour - (api.clock.now() % hour));
  await fail(api);
  await fail(api);
  t.equal(await api.upkeep('audit.chain'), 0);
  await fail(api);
  api.clock.advance(hour - 1);
  t.equal(await api.upkeep('audit.chain'), 0, 'until the last moment');
  api.clock.advance(1);
  t.equal(await api.upkeep('audit.chain'), 1);
  const times = async () =>
    (await api.db.selectFrom('audit_log').select(['after', 'sequence']).orderBy('id').execute()).map(
      ({ after, sequence }) => [(JSON.parse(after ?? '') as { times: number }).times, sequence],
    );
  await fail(api);
  await fail(api);
  t.same(await times(), [
    [3, 1],
    [2, null],
  ]);

  // Another process, whose clock is ahead, closes the hour.
  t.equal(await chainRecords(api.db, api.clock.now() + hour, going), 1);
  await fail(api);
  t.same((await times()).at(-1), [1, null], 'what comes later in the same hour begins another');
  t.match(await walkChain(api.db), { checked: 2, breaks: 0 });
});

t.test('a process that is stopped leaves nothing unchained but what is added to', async (t) => {
  const api = await startControlApi(t);
  await api.controlApi.background.start();
  await addRecord(api.db, api.clock.now());
  await fail(api);
  // The rest may have been done by then, and would be by the next process.
  await api.controlApi.background.stop({ force: false });
  const waiting = await api.db.selectFrom('audit_log').select('event').where('sequence', 'is', null).execute();
  t.same(waiting, [{ event: 'sign-in.failed' }]);
});

t.test('the database refuses to change what was recorded', async (t) => {
  const api = await startControlApi(t);
  const { db, clock } = api;
  const [first] = await logOf(api, 3);
  const waiting = await addRecord(db, clock.now());
  const log = () => db.updateTable('audit_log');
  for (const id of [first ?? '', waiting]) {
    for (const change of [
      { after: '{}' },
      { at: 1 },
      { actor: 'account_x' },
      { sequence: null, hash: null },
      { id: 'x' },
    ])
      if (id === first || !('sequence' in change))
        await t.rejects(log().set(change).where('id', '=', id).execute(), /never changed/, JSON.stringify(change));
    await t.rejects(log().set({ open_until: 7 }).where('id', '=', id).execute(), /never changed/);
    await t.rejects(db.deleteFrom('audit_log').where('id', '=', id).execute(), /by their age/);
  }
  await t.rejects(log().set({ sequence: 9 }).where('id', '=', waiting).execute(), /never changed/, 'a number alone');
  await t.rejects(db.deleteFrom('audit_log').execute(), /by their age/);
  await t.rejects(addRecord(db, clock.now(), { sequence: 4, hash: noHash }), /begin unchained/);
  const chain = () => db.updateTable('audit_chain');
  const { sequence } = await readChain(db);
  for (const change of [
    { sequence: sequence - 1 },
    { hash: noHash },
    { removed_sequence: sequence + 1, removed_hash: noHash },
    { removed_hash: '1'.repeat(64) },
  ])
    await t.rejects(chain().set(change).execute(), /only goes forward/, JSON.stringify(change));
  await t.rejects(db.deleteFrom('audit_chain').execute(), /only goes forward/);
  await t.rejects(
    db
      .insertInto('audit_chain')
      .values({ ...(await readChain(db)), id: 'other' as 'audit_log' })
      .execute(),
    /only goes forward/,
  );
  if (db.getExecutor().adapter instanceof PostgresAdapter)
    for (const table of ['audit_log', 'audit_chain']) await t.rejects(sql.raw(`truncate ${table}`).execute(db));
  else
    for (const table of ['audit_log', 'audit_chain'])
      await t.rejects(sql.raw(`insert or replace into ${table} select * from ${table} limit 1`).execute(db));
  await api.upkeep('audit.chain');
  t.match(await walkChain(db), { checked: 4, breaks: 0 }, 'nothing of it was done');
});

/** A log of five, changed by somebody who may do everything to the database. */
const attacks: Readonly<
  Record<
    string,
    { readonly attack: (api: Harness, ids: readonly string[]) => Promise<unknown>; readonly found: object }
  >
> = {
  'a record in the middle is removed': {
    attack: ({ db }, ids) =>
      db
        .deleteFrom('audit_log')
        .where('id', '=', ids[2] ?? '')
        .execute(),
    found: { kind: 'missing', sequence: 3 },
  },
  'the first ones are removed': {
    attack: ({ db }) => db.deleteFrom('audit_log').where('sequence', '<=', 2).execute(),
    found: { kind: 'missing', sequence: 1 },
  },
  'the last ones are removed': {
    attack: ({ db }) => db.deleteFrom('audit_log').where('sequence', '>', 3).execute(),
    found: { kind: 'end_missing', sequence: 4, id: null },
  },
  'all are removed': {
    attack: ({ db }) => db.deleteFrom('audit_log').execute(),
    found: { kind: 'end_missing', sequence: 1, id: null },
  },
  'a record is changed': {
    attack: ({ db }, ids) =>
      db
        .updateTable('audit_log')
        .set({ actor: 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV' })
        .where('id', '=', ids[3] ?? '')
        .execute(),
    found: { kind: 'changed', sequence: 4 },
  },
  'a record is put behind the last one': {
    attack: async ({ db, clock }) => {
      const [last] = (await chainedRecords(db)).slice(-1);
      const id = await addRecord(db, clock.now());
      const row = await db.selectFrom('audit_log').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      const hash = chainHash(last?.hash ?? '', 6, row);
      await db.updateTable('audit_log').set({ sequence: 6, hash }).where('id', '=', id).execute();
    },
    found: { kind: 'end_added', sequence: 6 },
  },
  'the beginning is said to be later': {
    attack: async ({ db }) => {
      const [, , third] = await chainedRecords(db);
      await db
        .updateTable('audit_chain')
        .set({ removed_sequence: 3, removed_hash: third?.hash ?? '' })
        .execute();
      await db.deleteFrom('audit_log').where('sequence', '<=', 3).execute();
    },
    found: { kind: 'beginning_unknown', sequence: 3, id: null },
  },
};

async function isFound(t: Test, name: keyof typeof attacks): Promise<void> {
  const { attack, found } = attacks[name] ?? {};
  const api = await startControlApi(t, { folder: t.testdir() });
  const ids = await logOf(api, 5);
  await withoutGuards(api.db);
  await attack?.(api, ids);
  const report = await walkChain(api.db);
  t.match(report, { breaks: 1, firstBreak: found });
}

for (const name of Object.keys(attacks)) t.test(`it shows that ${name}`, (t) => isFound(t, name));

t.test('a chain that was written anew shows by a head that was noted', async (t) => {
  const api = await startControlApi(t);
  const ids = await logOf(api, 5);
  const { head } = (await walkChain(api.db)) ?? {};
  t.ok(head);
  const noted = head ? [head] : [];
  await addRecord(api.db, api.clock.now());
  await api.upkeep('audit.chain');
  t.match(await walkChain(api.db, { noted }), { breaks: 0 }, 'it is still there when more has come');
  await withoutGuards(api.db);
  await api.db
    .updateTable('audit_log')
    .set({ after: null })
    .where('id', '=', ids[1] ?? '')
    .execute();
  await api.db.updateTable('audit_log').set({ sequence: null, hash: null }).execute();
  await api.db.updateTable('audit_chain').set({ sequence: 0, hash: noHash }).execute();
  await api.upkeep('audit.chain');
  t.match(await walkChain(api.db), { breaks: 0, checked: 6 });
  t.match(await walkChain(api.db, { noted }), { breaks: 1, firstBreak: { kind: 'head_unknown', sequence: 5 } });
});

t.test('it is checked once a day, and operators hear of a break until it is mended', async (t) => {
  const api = await startControlApi(t);
  const ids = await logOf(api, 5);
  await api.upkeep('audit.check');
  t.match(await ask(api, '/chain'), { check: { records: 5, breaks: 0, firstBreak: null } });
  await withoutGuards(api.db);
  const change = (after: string | null) =>
    api.db
      .updateTable('audit_log')
      .set({ after })
      .where('id', '=', ids[1] ?? '')
      .execute();
  await change(null);
  api.clock.advance(day - 1);
  await api.upkeep('audit.check');
  t.match(await ask(api, '/chain'), { check: { breaks: 0 } }, 'not yet');
  api.clock.advance(1);
  await api.upkeep('audit.check');
  const at = new Date(api.clock.now()).toISOString();
  t.match(await ask(api, '/chain'), {
    check: { at, records: 5, breaks: 1, firstBreak: { kind: 'changed', sequence: 2, id: ids[1] } },
  });
  t.ok(api.logs.some((line) => line.includes('the chain of the audit log is broken: Record 2')));
  t.ok(api.logs.some((line) => line.includes('the chain of the audit log is whole')));

  // Every process tells its operators, also one that did not check and has just been started.
  const notices = async () => {
    const { authorization } = await api.as('super_admin');
    const status = await api.app.inject({ url: '/api/v1/operations/status', headers: { authorization } });
    return status.json<{ notices: readonly { code: string; detail: string }[] }>().notices;
  };
  t.same(await notices(), []);
  await api.controlApi.background.start();
  t.teardown(() => api.controlApi.background.stop({ force: true }));
  await until('it is told', async () => (await notices()).length === 1);
  t.match(await notices(), [{ code: 'audit-chain-broken', detail: /in one place\. Record 2/ }]);
});

t.test('operators are told again when it is worse, and no longer when it is mended', async (t) => {
  const api = await startControlApi(t);
  const logger = createLogger({ level: 'silent' });
  const notices = new Notices({ logger, clock: api.clock });
  const watch = new ChainWatch({ db: api.db, notices, logger });
  const ids = await logOf(api, 5);
  await withoutGuards(api.db);
  const set = (id: string | undefined, after: string | null) =>
    api.db
      .updateTable('audit_log')
      .set({ after })
      .where('id', '=', id ?? '')
      .execute();
  const told = async () => {
    api.clock.advance(day);
    await api.upkeep('audit.check');
    await watch.look();
    return notices.all;
  };
  const [, second] = await chainedRecords(api.db);
  t.same(await told(), []);
  await set(ids[1], null);
  const [{ since = 0 } = {}] = await told();
  t.match(await told(), [{ since, detail: /in one place/ }], 'the same is no news');
  await set(ids[3], null);
  const [worse] = await told();
  t.match(worse, { code: 'audit-chain-broken', detail: /in 2 places, first here\. Record 2/ });
  t.equal(worse?.since, api.clock.now());
  await set(ids[1], second?.after ?? null);
  t.match(await told(), [{ detail: /in one place\. Record 4/ }]);
  await set(ids[3], JSON.stringify({ title: 'Title 3' }));
  t.same(await told(), []);
});
