import type { Database } from '../../server/db/port.ts';
import { toIso } from '../../server/kit/clock.ts';
import { deletedAccountId, inPages, type PersonalData } from '../personal-data.ts';

/** Who made which key. Keys are for programs of the service, which go on when somebody leaves. */
export function personalDataOfApiKeys(db: Database): PersonalData {
  return {
    tables: { api_keys: { kept: 'Programs of the service call with them; who made them is not said any more.' } },
    sections: [
      {
        name: 'apiKeys',
        about: 'Keys for other programs that you made. Never the keys themselves.',
        async *read(accountId) {
          const read = (after: string, limit: number) =>
            db
              .selectFrom('api_keys')
              .select(['id', 'name', 'scopes', 'created_at', 'expires_at', 'revoked_at'])
              .where('created_by', '=', accountId)
              .where('id', '>', after)
              .orderBy('id')
              .limit(limit)
              .execute();
          for await (const rows of inPages(read, ({ id }) => id))
            yield rows.map((row) => ({
              id: row.id,
              name: row.name,
              scopes: JSON.parse(row.scopes) as unknown,
              createdAt: toIso(row.created_at),
              expiresAt: row.expires_at === null ? null : toIso(row.expires_at),
              revokedAt: row.revoked_at === null ? null : toIso(row.revoked_at),
            }));
        },
      },
    ],
    async erase(tx, { id }) {
      await tx.updateTable('api_keys').set({ created_by: deletedAccountId }).where('created_by', '=', id).execute();
    },
  };
}
