import type { Kysely } from 'kysely';

/** Where the parts of a video are that viewers may skip: in milliseconds, both or none of each kind. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const kind of ['intro', 'recap', 'credits'])
    for (const side of ['start', 'end'])
      await db.schema.alterTable('titles').addColumn(`${kind}_${side}_ms`, 'integer').execute();
}
