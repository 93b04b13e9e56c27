import { Kysely, PostgresDialect } from 'kysely';
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration';
import pg from 'pg';
import type { Logger } from '../kit/logger.ts';
import { Connections } from './connections.ts';
import { describeFailure, isPassing } from './failures.ts';
import { createMigrations } from './migrate.ts';
import { Patience } from './patience.ts';
import { DatabaseUnavailable, type OpenDatabase, type Tables } from './port.ts';
import { PatientDialect } from './postgres-driver.ts';
import { RetryingKysely } from './retried-transactions.ts';

function toNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new RangeError(`${text} from the database is too large for an exact number`);
  return value;
}

/**
 * int8 and numeric as numbers, as SQLite gives them: columns of ours, `count` and `sum` are integers below 2^53.
 * Only for this pool, not for every user of `pg` in the process.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (format !== 'binary' && (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC)) return toNumber;
    return pg.types.getTypeParser(oid, format);
  },
};

/** Times are milliseconds; 0 leaves a limit to what the server itself has. */
export interface PostgresOptions {
  /** `postgres://user:password@host/name`; a secret, never logged. */
  readonly url: string;
  readonly logger: Logger;
  /** What the server's list of connections calls us; default `dramabox`. */
  readonly applicationName?: string;
  /** Connections this process may hold; default 10. */
  readonly maxConnections?: number;
  /** How long a connection may take to be made; default 10 000. */
  readonly connectMs?: number;
  /** How long one that nobody uses is kept; default 60 000. */
  readonly idleMs?: number;
  /** How long somebody waits for a free one; default 10 000. */
  readonly waitMs?: number;
  /** How long a statement may take; default 30 000. Migrations have no limit. */
  readonly statementMs?: number;
  /** How long a statement waits for a lock; default 15 000. */
  readonly lockMs?: number;
  /** How long a transaction may stay open between two statements; default 60 000. */
  readonly idleInTransactionMs?: number;
  /** How long is tried again (see the port), in all; default 15 000. */
  readonly retryMs?: number;
}

/** How long `check` may take, in milliseconds. */
const checkMs = 1500;
/** How much longer than a statement may take its answer is waited for, in milliseconds: the way to it may be cut. */
const answerMs = 5000;

function openPool(options: PostgresOptions, limits: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    connectionTimeoutMillis: options.connectMs ?? 10_000,
    application_name: options.applicationName ?? 'dramabox',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
    ...limits,
  });
  // Without listeners the loss of a connection (a restart of the database, say) would end the process: the pool tells
  // of idle ones, a client itself when it breaks between being taken and its query. Queries in hand reject anyway.
  const lost = (error: Error) => {
    options.logger.warn({ err: error }, 'lost a database connection');
  };
  pool.on('error', lost);
  pool.on('connect', (client) => {
    client.on('error', lost);
  });
  return pool;
}

function unreachable(cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable(`The database cannot be reached: ${describeFailure(cause)}`, { cause });
}

/** Migrations have a connection of their own: they may take long, and wait long for another process's. */
async function migrate(options: PostgresOptions): Promise<readonly string[]> {
  const pool = openPool(options, { max: 2 });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    // Asked first: what fails later is a mistake in a migration rather than a database that is away.
    await pool.query('select 1').catch((error: unknown) => {
      throw isPassing(error) ? unreachable(error) : error;
    });
    return await createMigrations(db).migrate();
  } catch (error) {
    // All of it is one transaction: the next one who asks finds all of it done, or nothing.
    const cause = error instanceof Error ? error.cause : undefined;
    throw isPassing(cause) ? unreachable(cause) : error;
  } finally {
    await db.destroy();
    if (!pool.ended) await pool.end();
  }
}

/**
 * A pool of connections to a PostgreSQL database (13 or later), opened as they are needed; lost ones are replaced. What
 * is tried again is said in the port.
 */
export function openPostgres(options: PostgresOptions): OpenDatabase {
  const { statementMs = 30_000, retryMs = 15_000, maxConnections: most = 10, logger } = options;
  const pool = openPool(options, {
    max: most,
    idleTimeoutMillis: options.idleMs ?? 60_000,
    statement_timeout: statementMs,
    lock_timeout: options.lockMs ?? 15_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 60_000,
    ...(statementMs > 0 ? { query_timeout: statementMs + answerMs } : {}),
  });
  const connections = new Connections({ pool, most, waitMs: options.waitMs ?? 10_000, retryMs, logger });
  let retries = 0;
  const patience = () => new Patience(retryMs, () => (retries += 1));
  const db = new RetryingKysely<Tables>({ dialect: new PatientDialect({ pool, connections, patience }) }, patience);
  return {
    db,
    migrate: () => migrate(options),
    pending: () => createMigrations(db).pending(),
    check: () => check(connections),
    figures: () => ({ most, busy: connections.busy, idle: pool.idleCount, waiting: connections.waiting, retries }),
    async close() {
      await db.destroy();
      // Kysely closes only what it has used.
      if (!pool.ended) await pool.end();
    },
  };
}

/** One try, in a short time: whether it can be used now is the question. */
async function check(connections: Connections): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new DatabaseUnavailable(`The database did not answer within ${checkMs} ms`));
  }, checkMs);
  const ask = async (): Promise<void> => {
    const { client, putBack } = await connections.takeOnce(checkMs);
    let isBroken = true;
    try {
      await client.query(`select name from ${DEFAULT_MIGRATION_TABLE} limit 1`, []);
      isBroken = false;
    } finally {
      putBack({ isBroken });
    }
  };
  try {
    await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
