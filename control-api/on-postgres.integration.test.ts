import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../server/db/postgres.ts';
import { startPostgres } from '../server/testing/postgres.ts';
import { templateVariable } from '../server/testing/test-database.ts';

/**
 * The tests that say what each feature does, once more, on the other database. Any other one that opens its database
 * with `openTestDatabase` can be run on PostgreSQL by hand in the same way. All of them in this process: a process for
 * each costs more than its tests do.
 */
const files = [
  './accounts/account-list.test.ts',
  './accounts/accounts.test.ts',
  './accounts/staff-rules.test.ts',
  './accounts/standing.test.ts',
  './api-keys/keys.test.ts',
  './assets/assets.test.ts',
  './audit/audit.test.ts',
  './audit/chaining.test.ts',
  './audit/export.test.ts',
  './audit/retention.test.ts',
  './audit/search.test.ts',
  './catalog/bulk/edits/edits.test.ts',
  './catalog/bulk/exchange/export.test.ts',
  './catalog/bulk/exchange/import.test.ts',
  './catalog/bulk/exchange/round-trip.test.ts',
  './catalog/bulk/season/season.test.ts',
  './catalog/pictures/pictures.test.ts',
  './catalog/release/calendar.test.ts',
  './catalog/release/releasing.test.ts',
  './catalog/search/search.test.ts',
  './catalog/streaming/markers.test.ts',
  './catalog/streaming/streaming.test.ts',
  './catalog/subtitles/subtitles.test.ts',
  './catalog/titles/titles.test.ts',
  './consents/consents.test.ts',
  './idempotency/idempotency.test.ts',
  './operations/operations.test.ts',
  './playback/playback.test.ts',
  './profiles/choices.test.ts',
  './profiles/limit.test.ts',
  './profiles/profiles.test.ts',
  './sign-in/devices/devices.test.ts',
  './sign-in/factors/second-factors.test.ts',
  './sign-in/invitations/invitations.test.ts',
  './sign-in/linked/linked.test.ts',
  './sign-in/mailed/recovery.test.ts',
  './sign-in/mailed/sign-up.test.ts',
  './sign-in/rotation.test.ts',
  './sign-in/sign-in.test.ts',
  './uploads/uploads.test.ts',
  '../server/assets/lifecycle.test.ts',
  '../server/db/mailbox-addresses.test.ts',
  '../transcoder/worker/upkeep/collect.test.ts',
];

const server = await startPostgres(t);
if (server) {
  const url = await server.createDatabase();
  const template = openPostgres({ url, logger: pino({ level: 'silent' }) });
  await template.migrate();
  await template.close();
  process.env[templateVariable] = url;
  for (const file of files) await import(file);
}
