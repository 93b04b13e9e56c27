import type { Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import { toIso } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { deletedAccountId, inPages, type PersonalData } from '../personal-data.ts';
import type { UploadsService } from './service.ts';

/** Files that somebody sent. Those that became assets are the service's catalogue; what is still open ends. */
export function personalDataOfUploads({
  db,
  uploads,
  audit,
}: {
  readonly db: Database;
  readonly uploads: Pick<UploadsService, 'terminate'>;
  readonly audit: Audit;
}): PersonalData {
  return {
    tables: {
      uploads: {
        kept: 'Sources of what is in the catalogue, and bytes that are still to be removed; nobody is named.',
      },
    },
    sections: [
      {
        name: 'uploads',
        about: 'Files that you sent, and what became of them.',
        async *read(accountId) {
          const read = (after: string, limit: number) =>
            db
              .selectFrom('uploads')
              .selectAll()
              .where('owner_id', '=', accountId)
              .where('id', '>', after)
              .orderBy('id')
              .limit(limit)
              .execute();
          for await (const rows of inPages(read, ({ id }) => id))
            yield rows.map((row) => ({
              id: row.id,
              filename: row.filename,
              declaredType: row.declared_type,
              bytes: row.bytes,
              metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as unknown),
              state: row.state,
              createdAt: toIso(row.created_at),
              activeAt: toIso(row.active_at),
              finishedAt: row.finished_at === null ? null : toIso(row.finished_at),
            }));
        },
      },
    ],
    async beforeErasure(accountId, signal) {
      const open = await db
        .selectFrom('uploads')
        .select('id')
        .where('owner_id', '=', accountId)
        .where('state', '=', 'receiving')
        .execute();
      for (const { id } of open) {
        signal.throwIfAborted();
        await uploads.terminate(id, audit).catch((error: unknown) => {
          // Finished meanwhile, or somebody still writes: then it has ended, and its bytes are collected.
          if (!(error instanceof ProblemError) || !['conflict', 'upload_locked'].includes(error.code)) throw error;
        });
      }
    },
    async erase(tx, { id }) {
      await tx
        .deleteFrom('uploads')
        .where('owner_id', '=', id)
        .where('state', 'in', ['terminated', 'expired'])
        .where('finished_at', 'is not', null)
        .execute();
      await tx
        .updateTable('uploads')
        .set({ owner_id: deletedAccountId, metadata: null })
        .where('owner_id', '=', id)
        .execute();
    },
  };
}
