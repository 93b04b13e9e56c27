import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { ulid } from 'ulid';
import type { OpenDatabase } from '../db/port.ts';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { runStatement, urlOf } from './postgres-process.ts';

/**
 * With the URL of a database that is up to date and nobody is connected to: tests work on copies of it, on PostgreSQL,
 * instead of on files of SQLite. So one test holds both.
 */
export const templateVariable = 'DRAMABOX_TEST_DATABASE';

/** The database of a test at `file`, up to date; opened again, it is the same one, as long as its folder is there. */
export async function openTestDatabase(file: string): Promise<OpenDatabase> {
  const template = process.env[templateVariable];
  if (!template) {
    const opened = openSqlite({ path: file });
    await opened.migrate();
    return opened;
  }
  const { pathname, searchParams } = new URL(template.replace('@/', '@socket/'));
  const folder = searchParams.get('host') ?? '';
  // In the place of the file: who empties the folder gets an empty database.
  const note = `${file}.postgres`;
  if (!existsSync(note)) {
    const name = `test_${ulid().toLowerCase()}`;
    await runStatement(folder, 'postgres', `create database ${name} template ${pathname.slice(1)}`);
    mkdirSync(path.dirname(note), { recursive: true });
    writeFileSync(note, name);
  }
  return openPostgres({
    url: urlOf(folder, readFileSync(note, 'utf8')),
    logger: pino({ level: 'silent' }),
    maxConnections: 6,
  });
}
