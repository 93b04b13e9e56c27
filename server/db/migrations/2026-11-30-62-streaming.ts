import type { Kysely } from 'kysely';

/** How titles are encoded and what they cost, as far as they say it themselves; and how versions were encoded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['quality_preset', 'ladder', 'price_class'])
    await db.schema.alterTable('titles').addColumn(column, 'text').execute();
  for (const column of ['quality_preset', 'ladder'])
    await db.schema.alterTable('versions').addColumn(column, 'text').execute();
}
