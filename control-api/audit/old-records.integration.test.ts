import path from 'node:path';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { createMigrations } from '../../server/db/migrate.ts';
import { migrations } from '../../server/db/migrations/index.ts';
import type { OpenDatabase } from '../../server/db/port.ts';
import { auditWithoutRequest } from '../../server/http/writes/audit.ts';
import { newId } from '../../server/kit/ids.ts';
import { openFixture } from '../../server/testing/open-fixture.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { auditLog } from '../audit-log.ts';
import { chainRecords } from './chaining.ts';
import { walkChain } from './checking.ts';
import { chainedRecords } from './testing/log.ts';

const name = '2026-11-30-10-audit-chain';
/** The first migration of the release that chains records; it makes the table of accounts anew on SQLite. */
const first = '2026-11-30-01-accounts-without-address';

/** A database from before records were chained, with records and an account, is brought up to date. */
async function bringUpToDate(t: Test, opened: OpenDatabase): Promise<void> {
  t.teardown(() => opened.close());
  const { db } = opened;
  const before = Object.fromEntries(Object.entries(migrations).filter(([each]) => each < first));
  await createMigrations(db, before).migrate();
  await sql`insert into accounts (id, email, password_hash, role, status, created_at, updated_at)
    values ('account_1', 'old@example.com', 'x', 'viewer', 'active', 1, 1)`.execute(db);
  await sql`insert into refresh_tokens (id, family_id, account_id, token_hash, authenticated_at, strength, created_at,
    expires_at) values ('refresh_1', 'family_1', 'account_1', 'x', 1, 'password', 1, 2)`.execute(db);
  const ids = Array.from({ length: 5 }, () => newId('audit'));
  for (const [at, id] of ids.entries())
    await db
      .insertInto('audit_log')
      .values({ id, at, event: 'asset.renamed', subject: 'asset_1', before: '{"title":"é"}', address: '203.0.113.1' })
      .execute();
  // One of the running hour, which was added to at that time.
  const now = Date.now();
  const failed = newId('audit');
  await db
    .insertInto('audit_log')
    .values({ id: failed, at: now, event: 'sign-in.failed', subject: 'unknown-account', after: '{"times":3}' })
    .execute();
  const applied = await opened.migrate();
  t.ok(applied.includes(first) && applied.includes(name));
  t.match(await db.selectFrom('accounts').selectAll().execute(), [{ id: 'account_1', email: 'old@example.com' }]);
  t.match(await db.selectFrom('sign_ins').selectAll().execute(), [{ id: 'family_1', proofs: 'password' }]);

  const audit = auditWithoutRequest(auditLog({ now: () => now }));
  const fail = () =>
    db
      .transaction()
      .execute((tx) => audit.record(tx, { event: 'sign-in.failed', subject: 'unknown-account', perHour: true }));
  await fail();
  const going = new AbortController().signal;
  t.equal(await chainRecords(db, now, going), 6);
  t.same(
    (await chainedRecords(db)).map(({ id, sequence }) => [id, sequence]),
    [...ids, failed].map((id, index) => [id, index + 1]),
    'in their order',
  );
  t.match(await walkChain(db), { checked: 6, breaks: 0 });
  await fail();
  const open = await db.selectFrom('audit_log').select('after').where('sequence', 'is', null).execute();
  t.match(open, [{ after: /"times":2/ }], 'what was chained is not added to');
}

t.test('records from before are chained, on SQLite', async (t) => {
  await bringUpToDate(t, openFixture('sqlite', path.join(t.testdir(), 'dramabox.db')));
});

t.test('records from before are chained, on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (server) await bringUpToDate(t, openFixture('postgres', await server.createDatabase()));
});
