import { PostgresAdapter, type Kysely } from 'kysely';

/** Whether this is PostgreSQL; else it is SQLite. For migrations, where the two differ. */
export function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
