import { sql, type Selectable } from 'kysely';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { PicturesTable, TitlePicturesTable } from '../../../server/db/tables/pictures.ts';

export type PictureRow = Selectable<PicturesTable>;
/** What a title has: a picture of a kind, for a language or for everybody. */
export type TitlePictureRow = Selectable<TitlePicturesTable>;

export async function findPicture(db: Connection, hash: string): Promise<PictureRow | undefined> {
  return db.selectFrom('pictures').selectAll().where('hash', '=', hash).executeTakeFirst();
}

export async function findPictures(
  db: Connection,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, PictureRow>> {
  if (hashes.length === 0) return new Map();
  const rows = await db.selectFrom('pictures').selectAll().where('hash', 'in', hashes).execute();
  return new Map(rows.map((row) => [row.hash, row]));
}

/** Of several that make the same picture at once, one does: its files count. */
export async function insertPicture(db: Connection, row: PictureRow): Promise<void> {
  await db
    .insertInto('pictures')
    .values(row)
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ touched_at: row.touched_at }))
    .execute();
}

/** Says that pictures are wanted, or were a moment ago; of those that are there. */
export async function touchPictures(db: Connection, hashes: readonly string[], now: number): Promise<void> {
  if (hashes.length > 0)
    await db.updateTable('pictures').set({ touched_at: now }).where('hash', 'in', hashes).execute();
}

// Looked up one by one: as `not exists` PostgreSQL would read all that have pictures for the few that are old.
const isUnused = sql<boolean>`coalesce(
  (select 1 from title_pictures as t where t.picture = pictures.hash limit 1),
  (select 1 from portraits as p where p.picture = pictures.hash limit 1), 0) = 0`;

/** Some that nothing has, and that nobody touched since. */
export async function listUnused(db: Connection, before: number): Promise<PictureRow[]> {
  return db
    .selectFrom('pictures')
    .selectAll()
    .where('touched_at', '<', before)
    .where(isUnused)
    .orderBy('touched_at')
    .limit(200)
    .execute();
}

/** Removes one if that is still so, and says whether it did. Somebody who has just given it to something is in its way. */
export async function deleteUnused(tx: Transaction, hash: string, before: number): Promise<boolean> {
  // Held first: who gives it to something at this moment waits for us, or we for them.
  const held = await tx
    .updateTable('pictures')
    .set((expression) => ({ touched_at: expression.ref('touched_at') }))
    .where('hash', '=', hash)
    .where('touched_at', '<', before)
    .executeTakeFirst();
  if (held.numUpdatedRows === 0n) return false;
  const { numDeletedRows } = await tx
    .deleteFrom('pictures')
    .where('hash', '=', hash)
    .where(isUnused)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function findTitlePictures(db: Connection, titleIds: readonly string[]): Promise<TitlePictureRow[]> {
  if (titleIds.length === 0) return [];
  return db
    .selectFrom('title_pictures')
    .selectAll()
    .where('title_id', 'in', titleIds)
    .orderBy('title_id')
    .orderBy('kind')
    .orderBy('language')
    .execute();
}

/** Gives a title, which must be held, these pictures instead of those that it had. */
export async function putTitlePictures(
  tx: Transaction,
  titleId: string,
  rows: readonly TitlePictureRow[],
): Promise<void> {
  await tx.deleteFrom('title_pictures').where('title_id', '=', titleId).execute();
  if (rows.length > 0) await tx.insertInto('title_pictures').values(rows).execute();
}

/** Portraits, by the person. */
export async function findPortraits(
  db: Connection,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await db.selectFrom('portraits').selectAll().where('person_id', 'in', personIds).execute();
  return new Map(rows.map(({ person_id, picture }) => [person_id, picture]));
}

/** Gives a person, who must be held, this portrait, or takes away what there was. */
export async function putPortrait(tx: Transaction, personId: string, picture: string | null): Promise<void> {
  await tx.deleteFrom('portraits').where('person_id', '=', personId).execute();
  if (picture !== null) await tx.insertInto('portraits').values({ person_id: personId, picture }).execute();
}

/** A frame of a video that a worker took, and where its file is. */
export interface Frame {
  readonly assetId: string;
  readonly versionId: string;
  readonly chunk: number;
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
  readonly fingerprint: string;
  readonly titleMs: number;
}

/** Frames of some videos, of the version that is served or else of the newest, while their files are there. */
export async function findFrames(db: Connection, assetIds: readonly string[]): Promise<Frame[]> {
  if (assetIds.length === 0) return [];
  const rows = await db
    .selectFrom('stills')
    .innerJoin('versions', 'versions.id', 'stills.version_id')
    .innerJoin('assets', 'assets.id', 'versions.asset_id')
    .select(['asset_id', 'version_id', 'chunk', 'at_ms', 'width', 'height', 'score', 'fingerprint', 'duration_ms'])
    .where('asset_id', 'in', assetIds)
    .where('assets.state', '!=', 'deleted')
    .where('versions.collected_at', 'is', null)
    .where(
      sql<boolean>`versions.id = coalesce(assets.current_version_id, (select max(v.id) from versions as v where v.asset_id = assets.id))`,
    )
    .orderBy('asset_id')
    .orderBy('chunk')
    .execute();
  return rows.map((row) => ({
    assetId: row.asset_id,
    versionId: row.version_id,
    chunk: row.chunk,
    atMs: row.at_ms,
    width: row.width,
    height: row.height,
    score: row.score / 1000,
    fingerprint: row.fingerprint,
    titleMs: row.duration_ms ?? 0,
  }));
}

/** The asset of a frame that a worker took, while its file is there. */
export async function findFrame(
  db: Connection,
  versionId: string,
  chunk: number,
): Promise<{ readonly assetId: string } | undefined> {
  const row = await db
    .selectFrom('stills')
    .innerJoin('versions', 'versions.id', 'stills.version_id')
    .innerJoin('assets', 'assets.id', 'versions.asset_id')
    .select('versions.asset_id')
    .where('version_id', '=', versionId)
    .where('chunk', '=', chunk)
    .where('versions.collected_at', 'is', null)
    .where('assets.state', '!=', 'deleted')
    .executeTakeFirst();
  return row && { assetId: row.asset_id };
}

/** The videos of a title, and of what is a part of it: a series has none of its own. */
export async function findVideosBelow(db: Connection, titleId: string, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('titles')
    .leftJoin('titles as parents', 'parents.id', 'titles.parent_id')
    .select(['titles.asset_id', 'titles.id'])
    .where((where) =>
      where.or([
        where('titles.id', '=', titleId),
        where('titles.parent_id', '=', titleId),
        where('parents.parent_id', '=', titleId),
      ]),
    )
    .where('titles.root_id', '=', (from) =>
      from.selectFrom('titles as t').select('t.root_id').where('t.id', '=', titleId),
    )
    .where('titles.asset_id', 'is not', null)
    .where('titles.deleted_at', 'is', null)
    .orderBy('titles.id')
    .limit(most)
    .execute();
  return rows.map(({ asset_id }) => asset_id as string);
}
