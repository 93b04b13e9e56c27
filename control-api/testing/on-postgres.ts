import { pino } from 'pino';
import t from 'tap';
import { openPostgres } from '../../server/db/postgres.ts';
import { startPostgres } from '../../server/testing/postgres.ts';
import { templateVariable } from '../../server/testing/test-database.ts';

/**
 * Runs test files once more, on the other database: files that open theirs with `openTestDatabase`. All of them in this
 * process: a process for each costs more than its tests do.
 * @param files paths below the root of the project
 */
export async function runOnPostgres(files: readonly string[]): Promise<void> {
  const server = await startPostgres(t);
  if (!server) return;
  const url = await server.createDatabase();
  const template = openPostgres({ url, logger: pino({ level: 'silent' }) });
  await template.migrate();
  await template.close();
  process.env[templateVariable] = url;
  for (const file of files) await import(`../../${file}`);
}
