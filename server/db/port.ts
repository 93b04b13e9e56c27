import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { AccountsTable } from './tables/accounts.ts';
import type {
  AssetsTable,
  ChunksTable,
  RenditionsTable,
  StillsTable,
  VersionsTable,
  WarningsTable,
} from './tables/assets.ts';
import type { ApiKeysTable } from './tables/api-keys.ts';
import type { AuditLogTable } from './tables/audit.ts';
import type { IdempotencyKeysTable } from './tables/idempotency.ts';
import type { JobsTable, JobTurnsTable } from './tables/jobs.ts';
import type { OutboxConsumersTable, OutboxDeliveriesTable, OutboxEventsTable } from './tables/outbox.ts';
import type { RefreshTokensTable } from './tables/sign-in.ts';
import type { UploadsTable } from './tables/uploads.ts';

/**
 * Every table, by feature: what each one holds is said in `tables/`. Columns are chosen so that SQLite and PostgreSQL
 * mean the same: times are integer milliseconds since the epoch, booleans are 0/1, JSON is text, enumerations are text.
 */
export interface Tables {
  accounts: AccountsTable;
  refresh_tokens: RefreshTokensTable;
  uploads: UploadsTable;
  assets: AssetsTable;
  versions: VersionsTable;
  warnings: WarningsTable;
  stills: StillsTable;
  renditions: RenditionsTable;
  chunks: ChunksTable;
  jobs: JobsTable;
  job_turns: JobTurnsTable;
  audit_log: AuditLogTable;
  idempotency_keys: IdempotencyKeysTable;
  api_keys: ApiKeysTable;
  outbox_events: OutboxEventsTable;
  outbox_consumers: OutboxConsumersTable;
  outbox_deliveries: OutboxDeliveriesTable;
}

/** What roles and adapters work with; opened by an adapter, migrated at start. */
export type Database = Kysely<Tables>;

/** The handle of a transaction: inside of it nothing else may be awaited that uses the database. */
export type Transaction = KyselyTransaction<Tables>;

/** Either of them, for statements that stand alone as well as in a transaction. */
export type Connection = Database | Transaction;

/**
 * Whether a statement failed because a row with this key exists already, on either database. Prefer
 * `on conflict do nothing` where nothing but that is to be known.
 */
export function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * The embedded database has one connection: inside a transaction use the transaction's handle for everything; to
 * await anything that uses `db` there (the queue, say) would never end.
 */
export interface OpenDatabase {
  readonly db: Database;
  /** Applies what is missing, safe to call twice and from two processes at the same time; returns the names applied. */
  migrate(): Promise<readonly string[]>;
  /** Names of migrations that are known but not applied. */
  pending(): Promise<readonly string[]>;
  /** Rejects when the database cannot be read or was never migrated. */
  check(): Promise<void>;
  close(): Promise<void>;
}
