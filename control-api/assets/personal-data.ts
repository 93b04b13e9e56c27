import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { deletedAccountId, inPages, type PersonalData } from '../personal-data.ts';

/** What somebody brought into the catalogue. It is the service's, and stays when they leave. */
export function personalDataOfAssets(db: Database): PersonalData {
  return {
    tables: { assets: { kept: 'The catalogue of the service; who brought it is not said any more.' } },
    sections: [
      {
        name: 'assets',
        about: 'Videos that you brought into the catalogue. They are not yours alone: they stay when you leave.',
        async *read(accountId) {
          const read = (after: string, limit: number) =>
            db
              .selectFrom('assets')
              .select(['id', 'title', 'state', 'upload_id', 'source_bytes', 'created_at', 'deleted_at'])
              .where('owner_id', '=', accountId)
              .where('id', '>', after)
              .orderBy('id')
              .limit(limit)
              .execute();
          for await (const rows of inPages(read, ({ id }) => id))
            yield rows.map((row) => ({
              id: row.id,
              title: row.title,
              state: row.state,
              uploadId: row.upload_id,
              sourceBytes: row.source_bytes,
              createdAt: toIso(row.created_at),
              deletedAt: row.deleted_at === null ? null : toIso(row.deleted_at),
            }));
        },
      },
    ],
    async erase(tx, { id }) {
      await tx.updateTable('assets').set({ owner_id: deletedAccountId }).where('owner_id', '=', id).execute();
    },
  };
}
