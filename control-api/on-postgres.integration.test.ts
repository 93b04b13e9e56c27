import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../server/db/postgres.ts';
import { startPostgres } from '../server/testing/postgres.ts';
import { templateVariable } from '../server/testing/test-database.ts';

/**
 * The tests that say what each feature does, once more, on the other database. Any other one that opens its database
 * with `openTestDatabase` can be run on PostgreSQL by hand in the same way.
 */
const files = [
  'control-api/accounts/account-list.test.ts',
  'control-api/accounts/accounts.test.ts',
  'control-api/accounts/staff-rules.test.ts',
  'control-api/accounts/standing.test.ts',
  'control-api/api-keys/keys.test.ts',
  'control-api/assets/catalog.test.ts',
  'control-api/audit/audit.test.ts',
  'control-api/audit/chaining.test.ts',
  'control-api/audit/export.test.ts',
  'control-api/audit/retention.test.ts',
  'control-api/audit/search.test.ts',
  'control-api/consents/consents.test.ts',
  'control-api/idempotency/idempotency.test.ts',
  'control-api/operations/operations.test.ts',
  'control-api/playback/playback.test.ts',
  'control-api/profiles/choices.test.ts',
  'control-api/profiles/limit.test.ts',
  'control-api/profiles/profiles.test.ts',
  'control-api/sign-in/devices/devices.test.ts',
  'control-api/sign-in/factors/second-factors.test.ts',
  'control-api/sign-in/invitations/invitations.test.ts',
  'control-api/sign-in/linked/linked.test.ts',
  'control-api/sign-in/mailed/recovery.test.ts',
  'control-api/sign-in/mailed/sign-up.test.ts',
  'control-api/sign-in/rotation.test.ts',
  'control-api/sign-in/sign-in.test.ts',
  'control-api/uploads/uploads.test.ts',
  'server/assets/lifecycle.test.ts',
  'transcoder/worker/upkeep/collect.test.ts',
];

t.test('on PostgreSQL', async (t) => {
  const server = await startPostgres(t);
  if (!server) return;
  const url = await server.createDatabase();
  const template = openPostgres({ url, logger: pino({ level: 'silent' }) });
  await template.migrate();
  await template.close();
  const root = path.join(import.meta.dirname, '..');
  for (const file of files) {
    await t.test(file, async (t) => {
      // With a place of its own for what it writes: it may be running on SQLite at the same time.
      const env = { ...process.env, [templateVariable]: url, TAP_CWD: t.testdir() };
      const child = spawn(process.execPath, [file], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const said = await text(child.stdout);
      const code = await ended;
      t.equal(code, 0);
      t.match(said, /^# \{ total: [1-9]/m, 'it tested something');
      if (code !== 0) t.comment(said.slice(-20_000));
    });
  }
});
