import { pino } from 'pino';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import type { OpenDatabase } from '../db/port.ts';

/** Opens the database that a contract suite names to its child processes: `sqlite` <file> or `postgres` <url>. */
export function openFixture(kind: string | undefined, location: string | undefined): OpenDatabase {
  if (location === undefined) throw new TypeError('No database was named');
  if (kind === 'sqlite') return openSqlite({ path: location });
  if (kind === 'postgres') return openPostgres({ url: location, logger: pino({ level: 'silent' }), maxConnections: 4 });
  throw new TypeError(`There is no database of kind ${String(kind)}`);
}
