import type { Kysely, Selectable } from 'kysely';
import type { AssetsTable, VersionState, VersionsTable } from '../../server/db/tables/assets.ts';
import type { Tables } from '../../server/db/port.ts';
import type { EncodingPlan } from '../plan.ts';
import type { MediaInfo } from '../probe/media-info.ts';
import { newId } from '../../server/kit/ids.ts';

/**
 * The life of a version, as the worker moves it (see the glossary in `server/db/port.ts`):
 *
 *     queued -> preparing -> encoding -> playable -> complete
 *
 * Every step names the states it may start from and does nothing otherwise, so a late worker cannot revive a
 * version that was cancelled, failed or deleted meanwhile: it reads `false` and stops.
 */
export const activeStates: readonly VersionState[] = ['queued', 'preparing', 'encoding', 'playable'];

export interface VersionWork {
  readonly version: Selectable<VersionsTable>;
  readonly asset: Selectable<AssetsTable>;
  /** Undefined until the version was prepared. */
  readonly plan: EncodingPlan | undefined;
}

type Db = Kysely<Tables>;

/** The version with its asset, or undefined when either is gone or the version is no longer active. */
export async function loadActive(db: Db, versionId: string): Promise<VersionWork | undefined> {
  const version = await db
    .selectFrom('versions')
    .selectAll()
    .where('id', '=', versionId)
    .where('state', 'in', activeStates)
    .executeTakeFirst();
  if (!version) return undefined;
  const asset = await db
    .selectFrom('assets')
    .selectAll()
    .where('id', '=', version.asset_id)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  if (!asset) return undefined;
  return { version, asset, plan: version.plan === null ? undefined : (JSON.parse(version.plan) as EncodingPlan) };
}

/** Whether `loadActive` would find the version, for those who ask often: the plan of a film is a long text. */
export async function isActive(db: Db, versionId: string): Promise<boolean> {
  const version = await db
    .selectFrom('versions')
    .innerJoin('assets', 'assets.id', 'versions.asset_id')
    .select('versions.id')
    .where('versions.id', '=', versionId)
    .where('versions.state', 'in', activeStates)
    .where('assets.state', '!=', 'deleted')
    .executeTakeFirst();
  return version !== undefined;
}

/** Moves a version on. False when it was in none of the states it may come from. */
async function move(
  db: Db,
  versionId: string,
  from: readonly VersionState[],
  change: Partial<VersionsTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('versions')
    .set(change)
    .where('id', '=', versionId)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Who changes an asset and its versions holds the asset's row first: so does the catalogue, and neither waits for the other for ever. */
async function holdAsset(tx: Db, assetId: string): Promise<void> {
  await tx
    .updateTable('assets')
    .set((expression) => ({ updated_at: expression.ref('updated_at') }))
    .where('id', '=', assetId)
    .execute();
}

export function markPreparing(db: Db, versionId: string, now: number): Promise<boolean> {
  return move(db, versionId, ['queued', 'preparing'], { state: 'preparing', started_at: now, updated_at: now });
}

/**
 * Writes the plan with its renditions and chunks, replacing those of an earlier, interrupted preparation. The asset
 * learns what its source is, and as `titleMs` how long the title is that it makes: picture and sound together.
 */
export async function savePlan(
  db: Db,
  versionId: string,
  assetId: string,
  info: MediaInfo,
  plan: EncodingPlan,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await holdAsset(tx, assetId);
    const moved = await move(tx, versionId, ['preparing'], {
      state: 'encoding',
      plan: JSON.stringify(plan),
      updated_at: now,
    });
    if (!moved) return false;
    const durationMs = Math.round((plan.frames * plan.frameRate.den * 1000) / plan.frameRate.num);
    await tx
      .updateTable('assets')
      .set({ media_info: JSON.stringify({ ...info, titleMs: durationMs }), updated_at: now })
      .where('id', '=', assetId)
      .execute();
    await tx.deleteFrom('renditions').where('version_id', '=', versionId).execute();
    await tx.deleteFrom('chunks').where('version_id', '=', versionId).execute();
    const unmeasured = {
      version_id: versionId,
      codec: null,
      average_bandwidth: null,
      peak_bandwidth: null,
      units_packaged: 0,
      bytes: 0,
    };
    await tx
      .insertInto('renditions')
      .values([
        ...plan.video.map((rendition) => ({
          ...unmeasured,
          id: newId('rendition'),
          name: rendition.name,
          kind: 'video' as const,
          width: rendition.width,
          height: rendition.height,
          target_bandwidth: rendition.maxBitrate,
          units_total: plan.frames,
        })),
        ...plan.audio.flatMap((track) =>
          track.renditions.map((rendition) => ({
            ...unmeasured,
            id: newId('rendition'),
            name: rendition.name,
            kind: 'audio' as const,
            width: null,
            height: null,
            target_bandwidth: rendition.bitrate,
            units_total: durationMs,
          })),
        ),
      ])
      .execute();
    const waiting = {
      version_id: versionId,
      state: 'waiting' as const,
      units_done: 0,
      attempts: 0,
      started_at: null,
      finished_at: null,
    };
    const chunks = [
      ...plan.chunks.map((chunk) => ({
        ...waiting,
        kind: 'video' as const,
        index: chunk.index,
        first_unit: chunk.firstFrame,
        units: chunk.frames,
      })),
      ...plan.audio.map((track) => ({
        ...waiting,
        kind: 'audio' as const,
        index: track.track,
        first_unit: 0,
        units: durationMs,
      })),
    ];
    // A day-long source has thousands of chunks; SQLite binds at most 32,766 values a statement.
    for (let at = 0; at < chunks.length; at += 500)
      await tx
        .insertInto('chunks')
        .values(chunks.slice(at, at + 500))
        .execute();
    return true;
  });
}

/** First playable moment: new sessions get this version unless a complete one is being served. */
export async function markPlayable(db: Db, versionId: string, assetId: string, now: number): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await holdAsset(tx, assetId);
    if (!(await move(tx, versionId, ['encoding'], { state: 'playable', playable_at: now, updated_at: now })))
      return false;
    await tx
      .updateTable('assets')
      .set({ state: 'playable', current_version_id: versionId, error_code: null, error_message: null, updated_at: now })
      .where('id', '=', assetId)
      .where('state', 'in', ['processing', 'failed', 'cancelled'])
      .execute();
    return true;
  });
}

/** What packaging measured of one rendition. Bit rates in bits per second. */
export interface MeasuredRendition {
  readonly name: string;
  readonly codec: string;
  readonly averageBandwidth: number;
  readonly peakBandwidth: number;
  readonly bytes: number;
}

/** The atomic switch: from this transaction on, new sessions play the finished version. */
export async function markComplete(
  db: Db,
  versionId: string,
  assetId: string,
  measured: readonly MeasuredRendition[],
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await holdAsset(tx, assetId);
    if (
      !(await move(tx, versionId, ['encoding', 'playable'], { state: 'complete', finished_at: now, updated_at: now }))
    )
      return false;
    for (const rendition of measured) {
      await tx
        .updateTable('renditions')
        .set((expression) => ({
          codec: rendition.codec,
          average_bandwidth: rendition.averageBandwidth,
          peak_bandwidth: rendition.peakBandwidth,
          bytes: rendition.bytes,
          units_packaged: expression.ref('units_total'),
        }))
        .where('version_id', '=', versionId)
        .where('name', '=', rendition.name)
        .execute();
    }
    await tx
      .updateTable('assets')
      .set({ state: 'ready', current_version_id: versionId, error_code: null, error_message: null, updated_at: now })
      .where('id', '=', assetId)
      .where('state', '!=', 'deleted')
      .execute();
    return true;
  });
}

/**
 * Ends a version with a reason. An asset that has a complete version keeps serving it; one that was only as far as
 * this version becomes `failed` and shows the reason.
 */
export async function markFailed(
  db: Db,
  versionId: string,
  reason: { readonly code: string; readonly message: string },
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const version = await tx.selectFrom('versions').select('asset_id').where('id', '=', versionId).executeTakeFirst();
    if (!version) return false;
    const { asset_id: assetId } = version;
    await holdAsset(tx, assetId);
    const error = { error_code: reason.code, error_message: reason.message, updated_at: now };
    if (!(await move(tx, versionId, activeStates, { state: 'failed', finished_at: now, ...error }))) return false;
    await tx
      .updateTable('assets')
      .set({ state: 'failed', current_version_id: null, ...error })
      .where('id', '=', assetId)
      .where('state', 'in', ['processing', 'playable'])
      .execute();
    return true;
  });
}
