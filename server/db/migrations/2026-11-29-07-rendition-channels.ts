import type { Kysely } from 'kysely';

/** What migrations of a later date may have changed is not known here: only the columns that are read and written. */
interface Rows {
  versions: { id: string; plan: string | null };
  renditions: { version_id: string; name: string; channels: number | null };
}

interface Plan {
  readonly audio?: readonly {
    readonly renditions?: readonly { readonly name?: unknown; readonly channels?: unknown }[];
  }[];
}

/** How many channels the renditions of sound have. Those that there are have it from the plan of their version. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('renditions').addColumn('channels', 'integer').execute();
  const rows = db as Kysely<Rows>;
  for (let after = ''; ;) {
    // One at a time: the plan of a long film is large.
    const version = await rows
      .selectFrom('versions')
      .select(['id', 'plan'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!version) break;
    after = version.id;
    const { audio = [] } = JSON.parse(version.plan ?? '{}') as Plan;
    for (const { name, channels } of audio.flatMap(({ renditions = [] }) => renditions))
      if (typeof name === 'string' && typeof channels === 'number')
        await rows
          .updateTable('renditions')
          .set({ channels })
          .where('version_id', '=', version.id)
          .where('name', '=', name)
          .execute();
  }
}
