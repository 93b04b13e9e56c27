import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/schema.ts';
import { isUnavailable, type OpenDatabase } from '../db/port.ts';
import { openPostgres } from '../db/postgres.ts';
import { openSqlite } from '../db/sqlite.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Search } from '../search/port.ts';
import { postgresSearch } from '../search/postgres.ts';
import { sqliteSearch } from '../search/sqlite.ts';

/** The database that the configuration names. */
export function openDatabase({ database: config }: Pick<Config, 'database'>, logger: Logger): OpenDatabase {
  if (config.kind === 'sqlite') return openSqlite({ path: config.path });
  return openPostgres({
    url: config.url,
    logger,
    applicationName: config.applicationName,
    maxConnections: config.maxConnections,
    connectMs: config.connectSeconds * 1000,
    idleMs: config.idleSeconds * 1000,
    waitMs: config.waitSeconds * 1000,
    statementMs: config.statementSeconds * 1000,
    lockMs: config.lockSeconds * 1000,
    idleInTransactionMs: config.idleInTransactionSeconds * 1000,
    retryMs: config.retrySeconds * 1000,
  });
}

/** The search that belongs to the database that the configuration names. */
export function openSearch({ database: config }: Pick<Config, 'database'>, { db }: Pick<OpenDatabase, 'db'>): Search {
  return config.kind === 'sqlite' ? sqliteSearch({ db }) : postgresSearch({ db });
}

/** How often a database that is not there yet is asked, in milliseconds. */
const askAgainMs = 500;

/**
 * Brings the database up to date, and waits for one that cannot be reached yet: machines start in any order.
 * @param waitMs how long, in milliseconds
 * @returns what was applied
 * @throws DatabaseUnavailable when it was not there in time; whatever `migrate` throws
 */
export async function migrateWhenThere(
  database: Pick<OpenDatabase, 'migrate'>,
  waitMs: number,
  logger: Logger,
): Promise<readonly string[]> {
  const deadline = performance.now() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await database.migrate();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() >= deadline) throw error;
      if (isFirst)
        logger.warn({ reason: toError(error).message, seconds: waitMs / 1000 }, 'the start waits for the database');
      await delay(askAgainMs);
    }
  }
}
