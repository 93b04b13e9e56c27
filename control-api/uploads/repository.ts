import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Database, Tables } from '../../server/db/port.ts';
import { may, ownerRoles } from '../../server/kit/policy.ts';
import type { UploadsTable } from '../../server/db/tables/uploads.ts';

export type UploadRow = Selectable<UploadsTable>;
type Connection = Database | Transaction<Tables>;

export async function insertUpload(db: Connection, row: Insertable<UploadsTable>): Promise<UploadRow> {
  return db.insertInto('uploads').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findUpload(db: Connection, id: string): Promise<UploadRow | undefined> {
  return db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Whether the owner of this upload may (still) upload. */
export async function ownerMayUpload(db: Connection, id: string): Promise<boolean> {
  const owner = await db
    .selectFrom('uploads')
    .innerJoin('accounts', 'accounts.id', 'uploads.owner_id')
    .select(['accounts.id as accountId', 'accounts.role'])
    .where('uploads.id', '=', id)
    .where('accounts.status', '=', 'active')
    .executeTakeFirst();
  return owner !== undefined && may(owner, 'upload.continue', { ownerId: owner.accountId });
}

/** Of one owner, or of everybody. Newest first, one more than `limit` when there are more. */
export async function listOpenUploads(
  db: Connection,
  ownerId: string | undefined,
  page: { readonly cursor: string | undefined; readonly limit: number; readonly now: number },
): Promise<UploadRow[]> {
  let query = db
    .selectFrom('uploads')
    .selectAll()
    .where('state', '=', 'receiving')
    .where('expires_at', '>', page.now)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (ownerId !== undefined) query = query.where('owner_id', '=', ownerId);
  if (page.cursor !== undefined) query = query.where('id', '<', page.cursor);
  return query.execute();
}

/** The uploads that may still send bytes, of everybody who may upload. */
export async function findReceivingUploads(db: Connection): Promise<UploadRow[]> {
  return db
    .selectFrom('uploads')
    .innerJoin('accounts', 'accounts.id', 'uploads.owner_id')
    .selectAll('uploads')
    .where('uploads.state', '=', 'receiving')
    .where('accounts.status', '=', 'active')
    .where('accounts.role', 'in', ownerRoles('upload.continue'))
    .orderBy('uploads.id')
    .execute();
}

/** Uploads that end at `now` by themselves, and ended ones whose bytes may still be there (a crash in between). */
export async function findUploadsToCollect(db: Connection, now: number): Promise<UploadRow[]> {
  return db
    .selectFrom('uploads')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'receiving'), eb('expires_at', '<=', now)]),
        eb.and([eb('state', 'in', ['terminated', 'expired']), eb('finished_at', 'is', null)]),
      ]),
    )
    .orderBy('id')
    .execute();
}

/** Moves an open upload to an end. False when it has ended before: only one of two requests can end it. */
export async function endUpload(
  db: Connection,
  id: string,
  end: { readonly state: 'finished' | 'terminated' | 'expired'; readonly finishedAt: number | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('uploads')
    .set({ state: end.state, finished_at: end.finishedAt })
    .where('id', '=', id)
    .where('state', '=', 'receiving')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Notes, once, how much of a terminated or expired upload had come. */
export async function noteBytesReceived(db: Connection, id: string, bytes: number): Promise<void> {
  await db
    .updateTable('uploads')
    .set({ received_bytes: bytes })
    .where('id', '=', id)
    .where('state', 'in', ['terminated', 'expired'])
    .where('received_bytes', 'is', null)
    .execute();
}

/** Notes that the bytes of a terminated or expired upload are gone. */
export async function noteBytesRemoved(db: Connection, id: string, now: number): Promise<void> {
  await db
    .updateTable('uploads')
    .set({ finished_at: now })
    .where('id', '=', id)
    .where('state', 'in', ['terminated', 'expired'])
    .execute();
}

/** Notes that bytes came. False when the upload has ended. */
export async function noteArrival(
  db: Connection,
  id: string,
  times: { readonly now: number; readonly expiresAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('uploads')
    .set({ active_at: times.now, expires_at: times.expiresAt })
    .where('id', '=', id)
    .where('state', '=', 'receiving')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function findAssetOfUpload(db: Connection, uploadId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('assets').select('id').where('upload_id', '=', uploadId).executeTakeFirst();
}
