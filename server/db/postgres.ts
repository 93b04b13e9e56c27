import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from '../kit/logger.ts';
import { createMigrations } from './migrate.ts';
import type { OpenDatabase, Tables } from './port.ts';

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

export interface PostgresOptions {
  /** `postgres://user:password@host/name`; a secret, never logged. */
  readonly url: string;
  readonly logger: Logger;
  /** Connections this process may hold; default 10. */
  readonly maxConnections?: number;
}

/** A pool of connections to a PostgreSQL database, opened as they are needed; lost ones are replaced. */
export function openPostgres(options: PostgresOptions): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    application_name: 'dramabox',
    keepAlive: true,
    types,
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
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    ...createMigrations(db),
    async close() {
      await db.destroy();
      // Kysely closes only what it has used.
      if (!pool.ended) await pool.end();
    },
  };
}
