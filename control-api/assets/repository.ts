import { sql, type Selectable, type Transaction } from 'kysely';
import type { AssetsTable, RenditionsTable, VersionsTable } from '../../server/db/tables/assets.ts';
import type { Database, Tables } from '../../server/db/port.ts';
import { titleKeys } from '../../server/assets/title-keys.ts';
import type { Still } from '../../server/assets/stills.ts';

export type Connection = Database | Transaction<Tables>;
export type VersionRow = Selectable<VersionsTable>;
export type RenditionRow = Selectable<RenditionsTable>;
export type AssetRow = Selectable<AssetsTable> & { filename: string };

/** Assets with what is shown of their uploads. Deleted ones are not there. */
export const withFilename = (db: Connection) =>
  db
    .selectFrom('assets')
    .innerJoin('uploads', 'uploads.id', 'assets.upload_id')
    .selectAll('assets')
    .select('uploads.filename')
    .where('assets.state', '!=', 'deleted');

export async function findAsset(db: Connection, id: string): Promise<AssetRow | undefined> {
  return withFilename(db).where('assets.id', '=', id).executeTakeFirst();
}

export async function findNewestVersions(db: Connection, assetIds: readonly string[]): Promise<VersionRow[]> {
  if (assetIds.length === 0) return [];
  return db
    .selectFrom('versions')
    .selectAll('versions')
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('versions')
          .select(['asset_id', eb.fn.max('number').as('newest')])
          .where('asset_id', 'in', assetIds)
          .groupBy('asset_id')
          .as('latest'),
      (join) => join.onRef('latest.asset_id', '=', 'versions.asset_id').onRef('latest.newest', '=', 'versions.number'),
    )
    .execute();
}

/** Newest first. */
export async function findVersions(db: Connection, assetId: string, limit: number): Promise<VersionRow[]> {
  return db
    .selectFrom('versions')
    .selectAll()
    .where('asset_id', '=', assetId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

export async function findRenditions(db: Connection, versionIds: readonly string[]): Promise<RenditionRow[]> {
  if (versionIds.length === 0) return [];
  return db
    .selectFrom('renditions')
    .selectAll()
    .where('version_id', 'in', versionIds)
    .orderBy('kind', 'desc')
    .orderBy('target_bandwidth', 'desc')
    .orderBy('name')
    .execute();
}

/** A warning of a version, taken together over the parts that found the same. */
export interface WarningRow {
  readonly versionId: string;
  readonly code: string;
  /** By name. */
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly amount: number;
  readonly least: number | null;
}

export async function findWarnings(db: Connection, versionIds: readonly string[]): Promise<WarningRow[]> {
  if (versionIds.length === 0) return [];
  const rows = await db
    .selectFrom('warnings')
    .where('version_id', 'in', versionIds)
    .select((eb) => [
      'version_id',
      'code',
      'parameters',
      eb.fn.sum<number | string>('amount').as('amount'),
      eb.fn.min<number | string | null>('least').as('least'),
    ])
    .groupBy(['version_id', 'code', 'parameters'])
    .orderBy('code')
    .orderBy('parameters')
    .execute();
  return rows.map((row) => ({
    versionId: row.version_id,
    code: row.code,
    parameters: JSON.parse(row.parameters) as WarningRow['parameters'],
    amount: Number(row.amount),
    least: row.least === null ? null : Number(row.least),
  }));
}

/** The pictures of versions whose files are still there. */
export async function findStills(
  db: Connection,
  versionIds: readonly string[],
): Promise<(Still & { versionId: string })[]> {
  if (versionIds.length === 0) return [];
  const rows = await db
    .selectFrom('stills')
    .innerJoin('versions', 'versions.id', 'stills.version_id')
    .selectAll('stills')
    .where('version_id', 'in', versionIds)
    .where('versions.collected_at', 'is', null)
    .execute();
  return rows.map(({ version_id: versionId, chunk, at_ms, width, height, score, fingerprint }) => ({
    versionId,
    chunk,
    atMs: at_ms,
    width,
    height,
    score: score / 1000,
    fingerprint,
  }));
}

/** Whether this version of this asset has a picture of this chunk, and its file is still there. */
export async function hasStill(db: Connection, assetId: string, versionId: string, chunk: number): Promise<boolean> {
  const row = await db
    .selectFrom('stills')
    .innerJoin('versions', 'versions.id', 'stills.version_id')
    .select('chunk')
    .where('version_id', '=', versionId)
    .where('chunk', '=', chunk)
    .where('versions.asset_id', '=', assetId)
    .where('versions.collected_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Sums over the chunks of versions, so that a day-long film is not thousands of rows at every look. */
export interface ChunkSum {
  readonly versionId: string;
  readonly kind: 'video' | 'audio';
  /** Track number for audio; 0 for video, whose chunks are taken together. */
  readonly track: number;
  readonly units: number;
  readonly unitsDone: number;
  readonly finishedUnits: number;
  readonly finishedMs: number;
}

export interface ActiveChunk {
  readonly versionId: string;
  readonly kind: 'video' | 'audio';
  readonly track: number;
  readonly unitsDone: number;
  readonly startedAt: number;
}

export async function sumChunks(db: Connection, versionIds: readonly string[]): Promise<ChunkSum[]> {
  if (versionIds.length === 0) return [];
  // Written out without parameters: PostgreSQL must see that what is grouped by is what is selected.
  const track = sql<number | string>`case when kind = 'audio' then "index" else 0 end`;
  const isDone = sql`state = 'done' and started_at is not null and finished_at is not null`;
  const rows = await db
    .selectFrom('chunks')
    .where('version_id', 'in', versionIds)
    .select((eb) => [
      'version_id',
      'kind',
      track.as('track'),
      eb.fn.sum<number | string>('units').as('units'),
      eb.fn.sum<number | string>('units_done').as('units_done'),
      sql<number | string>`sum(case when ${isDone} then units else 0 end)`.as('finished_units'),
      sql<number | string>`sum(case when ${isDone} then finished_at - started_at else 0 end)`.as('finished_ms'),
    ])
    .groupBy(['version_id', 'kind', track])
    .execute();
  return rows.map((row) => ({
    versionId: row.version_id,
    kind: row.kind,
    track: Number(row.track),
    units: Number(row.units),
    unitsDone: Number(row.units_done),
    finishedUnits: Number(row.finished_units),
    finishedMs: Number(row.finished_ms),
  }));
}

export async function findActiveChunks(db: Connection, versionIds: readonly string[]): Promise<ActiveChunk[]> {
  if (versionIds.length === 0) return [];
  const rows = await db
    .selectFrom('chunks')
    .select(['version_id', 'kind', 'index', 'units_done', 'started_at'])
    .where('version_id', 'in', versionIds)
    .where('state', '=', 'encoding')
    .execute();
  return rows.map((row) => ({
    versionId: row.version_id,
    kind: row.kind,
    track: row.kind === 'audio' ? row.index : 0,
    unitsDone: row.units_done,
    startedAt: row.started_at ?? 0,
  }));
}

/** Ids of versions that wait, first in line first. */
export async function findQueue(db: Connection): Promise<string[]> {
  return (await db.selectFrom('versions').select('id').where('state', '=', 'queued').orderBy('id').execute()).map(
    ({ id }) => id,
  );
}

export async function updateTitle(db: Connection, id: string, title: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('assets')
    .set({ title, ...titleKeys(title), updated_at: now })
    .where('id', '=', id)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
