import type { Kysely, Selectable } from 'kysely';
import type { ChunksTable } from '../../../server/db/tables/assets.ts';
import type { Tables } from '../../../server/db/port.ts';

export interface ChunkKey {
  readonly versionId: string;
  readonly kind: 'video' | 'audio';
  readonly index: number;
}

type Db = Kysely<Tables>;

function rowOf(db: Db, key: ChunkKey) {
  return db
    .updateTable('chunks')
    .where('version_id', '=', key.versionId)
    .where('kind', '=', key.kind)
    .where('index', '=', key.index);
}

/** Takes a chunk in hand. False when it is done already: the work of an earlier delivery of the same job stands. */
export async function beginChunk(db: Db, key: ChunkKey, now: number): Promise<boolean> {
  const { numUpdatedRows } = await rowOf(db, key)
    .set((expression) => ({
      state: 'encoding' as const,
      units_done: 0,
      attempts: expression('attempts', '+', 1),
      started_at: now,
    }))
    .where('state', '!=', 'done')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function reportChunk(db: Db, key: ChunkKey, unitsDone: number): Promise<void> {
  await rowOf(db, key).set({ units_done: unitsDone }).where('state', '=', 'encoding').execute();
}

export async function finishChunk(db: Db, key: ChunkKey, now: number): Promise<void> {
  await rowOf(db, key)
    .set((expression) => ({ state: 'done' as const, units_done: expression.ref('units'), finished_at: now }))
    .execute();
}

export type ChunkState = Selectable<ChunksTable>['state'];

/** Waiting, too, when there is no such chunk (any more). */
export async function chunkState(db: Db, key: ChunkKey): Promise<ChunkState> {
  const row = await db
    .selectFrom('chunks')
    .select('state')
    .where('version_id', '=', key.versionId)
    .where('kind', '=', key.kind)
    .where('index', '=', key.index)
    .executeTakeFirst();
  return row?.state ?? 'waiting';
}

/** Keys of all chunks of a version that are not done, in order. */
export async function unfinishedChunks(db: Db, versionId: string): Promise<readonly ChunkKey[]> {
  const rows = await db
    .selectFrom('chunks')
    .select(['kind', 'index'])
    .where('version_id', '=', versionId)
    .where('state', '!=', 'done')
    .orderBy('index')
    .execute();
  return rows.map(({ kind, index }) => ({ versionId, kind, index }));
}
