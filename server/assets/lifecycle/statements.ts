import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Connection, Transaction } from '../../db/port.ts';
import type { AssetsTable, ChunksTable, RenditionsTable, VersionState, VersionsTable } from '../../db/tables/assets.ts';
import { newId } from '../../kit/ids.ts';
import type { Warning } from '../warnings.ts';

type AssetRow = Selectable<AssetsTable>;

/**
 * Holds an asset's row until the transaction ends, and returns it. Everything that changes an asset or its versions
 * does this first: one waits for the other, and neither for both.
 */
export async function holdAsset(tx: Transaction, assetId: string): Promise<AssetRow | undefined> {
  return tx
    .updateTable('assets')
    .set((expression) => ({ updated_at: expression.ref('updated_at') }))
    .where('id', '=', assetId)
    .returningAll()
    .executeTakeFirst();
}

/** The same for the asset of a version. */
export async function holdAssetOf(tx: Transaction, versionId: string): Promise<AssetRow | undefined> {
  const version = await tx.selectFrom('versions').select('asset_id').where('id', '=', versionId).executeTakeFirst();
  return version && holdAsset(tx, version.asset_id);
}

export async function changeAsset(tx: Transaction, assetId: string, change: Updateable<AssetsTable>): Promise<void> {
  await tx.updateTable('assets').set(change).where('id', '=', assetId).execute();
}

/** Moves a version on. False when it was in none of the states it may come from. */
export async function moveVersion(
  tx: Transaction,
  versionId: string,
  from: readonly VersionState[],
  change: Updateable<VersionsTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('versions')
    .set(change)
    .where('id', '=', versionId)
    .where('state', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function insertVersion(
  tx: Transaction,
  version: { readonly id: string; readonly assetId: string; readonly number: number; readonly now: number },
): Promise<void> {
  await tx
    .insertInto('versions')
    .values({
      id: version.id,
      asset_id: version.assetId,
      number: version.number,
      state: 'queued',
      created_at: version.now,
      updated_at: version.now,
    })
    .execute();
}

/** A rendition as it is planned. */
export type PlannedRendition = Pick<
  Insertable<RenditionsTable>,
  'name' | 'kind' | 'width' | 'height' | 'channels' | 'target_bandwidth' | 'units_total'
>;

/** A chunk as it is planned. */
export type PlannedChunk = Pick<Insertable<ChunksTable>, 'kind' | 'index' | 'first_unit' | 'units'>;

/** SQLite binds at most 32,766 values a statement; a day-long source has thousands of chunks. */
const rowsAtOnce = 500;

/** Replaces the renditions and chunks of a version, those of an earlier, interrupted preparation included. */
export async function replaceWork(
  tx: Transaction,
  versionId: string,
  renditions: readonly PlannedRendition[],
  chunks: readonly PlannedChunk[],
): Promise<void> {
  await tx.deleteFrom('renditions').where('version_id', '=', versionId).execute();
  await tx.deleteFrom('chunks').where('version_id', '=', versionId).execute();
  await tx
    .insertInto('renditions')
    .values(
      renditions.map((rendition) => ({
        ...rendition,
        id: newId('rendition'),
        version_id: versionId,
        units_packaged: 0,
        bytes: 0,
      })),
    )
    .execute();
  const waiting = { version_id: versionId, state: 'waiting' as const, units_done: 0, attempts: 0 };
  for (let at = 0; at < chunks.length; at += rowsAtOnce)
    await tx
      .insertInto('chunks')
      .values(chunks.slice(at, at + rowsAtOnce).map((chunk) => ({ ...chunk, ...waiting })))
      .execute();
}

/** Adds warnings to those of a version; what was found before in the same part gives way. */
export async function putWarnings(db: Connection, versionId: string, warnings: readonly Warning[]): Promise<void> {
  for (const { code, about, amount, least, ...warning } of warnings) {
    const found = { parameters: JSON.stringify(warning.parameters), amount, least };
    await db
      .insertInto('warnings')
      .values({ version_id: versionId, code, about, ...found })
      .onConflict((conflict) => conflict.columns(['version_id', 'code', 'about']).doUpdateSet(found))
      .execute();
  }
}

/** What packaging measured of one rendition. Bit rates in bits per second. */
export interface MeasuredRendition {
  readonly name: string;
  readonly codec: string;
  readonly averageBandwidth: number;
  readonly peakBandwidth: number;
  readonly bytes: number;
}

export async function writeMeasured(
  tx: Transaction,
  versionId: string,
  measured: readonly MeasuredRendition[],
): Promise<void> {
  for (const rendition of measured)
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
