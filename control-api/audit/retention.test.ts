import t from 'tap';
import { auditWithoutRequest } from '../../server/http/writes/audit.ts';
import { auditLog } from '../audit-log.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';
import { walkChain } from './checking.ts';
import { readChain } from './chaining.ts';
import { forgetOldRecords } from './retention.ts';
import { addRecord, chainedRecords } from './testing/log.ts';

const day = 86_400_000;
const settings = { collection: { auditDays: 30 } };

/** Records as old as these, in days; chained in this order. */
async function logOf(api: Harness, ages: readonly number[]): Promise<void> {
  for (const age of ages) {
    await addRecord(api.db, api.clock.now() - age * day, { subject: String(age) });
    await api.upkeep('audit.chain');
  }
}

const subjects = async (api: Harness) => (await chainedRecords(api.db)).map(({ subject }) => subject);

t.test('records go when they are old enough, and the chain begins behind them', async (t) => {
  const api = await startControlApi(t, { settings });
  await logOf(api, [50, 40, 31, 29, 1]);
  const [, , last] = await chainedRecords(api.db);
  t.equal(await api.upkeep('audit.forget'), 3);
  t.same(await subjects(api), ['29', '1']);
  t.match(await readChain(api.db), { removed_sequence: 3, removed_hash: last?.hash });
  t.match(await walkChain(api.db), { checked: 2, breaks: 0, head: { sequence: 5 } });
  await api.upkeep('audit.chain');
  const [removal] = (await chainedRecords(api.db)).slice(-1);
  t.match(removal, { event: 'audit.forgotten', subject: 'audit-log', actor: null, sequence: 6 });
  t.same(JSON.parse(removal?.after ?? ''), { sequence: 3, hash: last?.hash });
  t.match(await walkChain(api.db), { checked: 3, breaks: 0 });
  t.equal(await api.upkeep('audit.forget'), 0, 'once');
  t.equal((await chainedRecords(api.db)).length, 3, 'nothing was removed, so nothing is recorded');
  api.clock.advance(3 * day);
  t.equal(await api.upkeep('audit.forget'), 1);
  t.match(await walkChain(api.db), { breaks: 0 });
  const forever = await startControlApi(t, { folder: t.testdir(), settings: { collection: { auditDays: 0 } } });
  await t.rejects(forever.upkeep('audit.forget'), /no upkeep task/);
});

t.test('all of it may go', async (t) => {
  const api = await startControlApi(t, { settings });
  await logOf(api, [50, 40]);
  t.equal(await api.upkeep('audit.forget'), 2);
  t.match(await walkChain(api.db), { checked: 0, breaks: 0 }, 'the removal is not chained yet');
  await api.upkeep('audit.chain');
  t.match(await walkChain(api.db), { checked: 1, breaks: 0, head: { sequence: 3 } });
});

t.test('a record that says it is old, because a clock was wrong, takes nothing younger with it', async (t) => {
  const api = await startControlApi(t, { settings });
  await logOf(api, [50, 10, 20_000, 9]);
  t.equal(await api.upkeep('audit.forget'), 1);
  t.same(await subjects(api), ['10', '20000', '9']);
  t.match(await walkChain(api.db), { breaks: 0 });
});

t.test('what is not chained yet stays, whatever its age', async (t) => {
  const api = await startControlApi(t, { settings });
  await addRecord(api.db, api.clock.now() - 50 * day);
  t.equal(await api.upkeep('audit.forget'), 0);
  await api.upkeep('audit.chain');
  t.equal(await api.upkeep('audit.forget'), 1);
});

t.test('thousands are removed some at a time; what a stop left is not part of the chain, and goes later', async (t) => {
  const api = await startControlApi(t, { settings });
  const old = api.clock.now() - 40 * day;
  for (let n = 0; n < 2500; n += 1) await addRecord(api.db, old + n);
  await addRecord(api.db, api.clock.now());
  await api.upkeep('audit.chain');
  const stop = new AbortController();
  const stopping = api.db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'DeleteQueryNode') stop.abort();
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const audit = auditWithoutRequest(auditLog(api.clock));
  const time = api.clock.now() - 30 * day;
  t.equal(await forgetOldRecords({ db: stopping, audit }, time, stop.signal), 500);
  t.equal((await chainedRecords(api.db)).length, 2001);
  t.match(await walkChain(api.db), { checked: 1, breaks: 0 });
  t.equal(await api.upkeep('audit.forget'), 2000);
  t.match(await walkChain(api.db), { checked: 1, breaks: 0 });
});

t.test('a check that is under way goes on behind what is removed', async (t) => {
  const api = await startControlApi(t, { settings });
  const old = api.clock.now() - 40 * day;
  for (let n = 0; n < 2500; n += 1) await addRecord(api.db, old + n);
  for (let n = 0; n < 10; n += 1) await addRecord(api.db, api.clock.now());
  await api.upkeep('audit.chain');
  let reads = 0;
  const whileRemoving = api.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      // The state of the chain, then the first thousand records.
      if ((reads += 1) === 2) await api.upkeep('audit.forget');
      return result;
    },
  });
  t.match(await walkChain(whileRemoving), { checked: 1010, breaks: 0, head: { sequence: 2510 } });
});
