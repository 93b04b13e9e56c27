import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
} from 'kysely';
import { toError } from '../kit/errors.ts';
import { pauseThread } from '../kit/pause-thread.mjs';
import { createMigrations } from './migrate.ts';
import type { OpenDatabase, Tables } from './port.ts';

/** How long a statement waits for another process's write, in milliseconds. */
const busyTimeoutMs = 5000;

/**
 * Transactions take the write lock at their start. One that begins by reading and then writes would fail at once
 * with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout, when another process has written in between
 * (https://www.sqlite.org/rescode.html#busy_snapshot).
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** SQLite's DDL is transactional; saying so makes the migrator run under the write lock, whole or not at all. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class EmbeddedDialect extends SqliteDialect {
  readonly #database: SqliteFile.Database;
  constructor(database: SqliteFile.Database) {
    super({ database });
    this.#database = database;
  }
  override createDriver(): Driver {
    return new ImmediateDriver({ database: this.#database });
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/**
 * Switches the file to the write-ahead log. SQLite does not apply the busy timeout to this, so of several processes
 * that open a fresh file at the same time some would fail.
 */
function useWriteAheadLog(database: SqliteFile.Database): void {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      pauseThread(5);
    }
  }
}

function isBusy(error: unknown): boolean {
  return (error as { readonly code?: string }).code?.startsWith('SQLITE_BUSY') ?? false;
}

function openFile(file: string): SqliteFile.Database {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Password hashes lie in it: made for its owner only, before SQLite would make it for everybody, and closed to others
  // where it was there before. The WAL files get the same mode from SQLite.
  const descriptor = openSync(file, 'a', 0o600);
  try {
    if (fstatSync(descriptor).mode & 0o077) fchmodSync(descriptor, 0o600);
  } catch {
    // Somebody else's, or a file system without modes: the start says so.
  } finally {
    closeSync(descriptor);
  }
  const database = new SqliteFile(file, { timeout: busyTimeoutMs });
  try {
    useWriteAheadLog(database);
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/**
 * Opens (and makes, with its folder) the embedded database. There is one connection: a query outside a running
 * transaction waits for that transaction, so never await one from inside it.
 * @throws Error naming the file when it cannot be opened or is not a database
 */
export function openSqlite(options: { readonly path: string }): OpenDatabase {
  let database: SqliteFile.Database;
  try {
    database = openFile(options.path);
  } catch (error) {
    const cause = toError(error);
    throw new Error(`The database file ${options.path} cannot be opened: ${cause.message}`, { cause });
  }
  const db = new Kysely<Tables>({ dialect: new EmbeddedDialect(database) });
  const migrations = createMigrations(db);
  return {
    db,
    ...migrations,
    async migrate() {
      // A table that is made anew is dropped first, which would delete the rows of others that refer to it. Switched
      // outside of the transaction, where alone it can be; such a migration looks itself whether all still fits.
      database.pragma('foreign_keys = OFF');
      try {
        return await migrations.migrate();
      } finally {
        database.pragma('foreign_keys = ON');
      }
    },
    figures: () => ({ most: 1, busy: 0, idle: 1, waiting: 0, retries: 0 }),
    async close() {
      await db.destroy();
      // Kysely closes only what it has used.
      database.close();
    },
  };
}

/**
 * Holds a file for this process alone, with the lock that SQLite takes on it: the system lifts it when the process
 * ends, however it ends. Returns how to let go, or undefined when another process holds it.
 *
 * Not the lock of `kit/file-lock.mjs`: that one goes by process ids, and where they say nothing (two containers on one
 * volume) by silence, so a server that was suspended for long enough would find another one on its data. This one needs
 * better-sqlite3, which the set-up runs without.
 * @throws Error when the file cannot be made or locked at all
 */
export function holdExclusively(file: string): (() => void) | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // SQLite makes its journal with the mode of the file.
  closeSync(openSync(file, 'a', 0o600));
  const database = new SqliteFile(file, { timeout: 0 });
  try {
    database.exec('begin exclusive');
    return () => {
      database.close();
    };
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
