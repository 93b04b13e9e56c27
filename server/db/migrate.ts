import { sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration';
import { OperatorError, toError } from '../kit/errors.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import { isUnavailable, type Database, type OpenDatabase } from './port.ts';

/**
 * The half of `OpenDatabase` that knows of migrations. Both dialects run all missing migrations in one transaction under a lock
 * that other processes wait for (PostgreSQL: an advisory lock; SQLite: the write lock, see `sqlite.ts`), and read
 * what is applied inside it, so of two processes that start together one applies and the other finds nothing to do.
 */
export function createMigrations(
  db: Database,
  migrations: Readonly<Record<string, Migration>> = allMigrations,
): Pick<OpenDatabase, 'migrate' | 'pending' | 'check'> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  return {
    async migrate() {
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) {
        const failed = results?.find((result) => result.status === 'Error')?.migrationName;
        if (isUnavailable(error)) throw toError(error);
        const cause = toError(error);
        throw new OperatorError(
          `${failed ? `Migration ${failed} failed` : 'The database cannot be migrated'}: ${cause.message}`,
          { cause },
        );
      }
      return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
    },
    async pending() {
      const known = await migrator.getMigrations();
      return known.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
    },
    async check() {
      await sql`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} limit 1`.execute(db);
    },
  };
}
