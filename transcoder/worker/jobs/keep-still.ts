import { stillKey } from '../../../server/assets/storage-keys.ts';
import type { Still } from '../../../server/assets/stills.ts';
import type { PlannedChunk } from '../../plan.ts';
import type { EncodeOptions } from '../../encode/encode-options.ts';
import { isPictured, picturedRendition } from '../../stills/pictured-chunks.ts';
import { takeStill } from '../../stills/take-still.ts';
import type { WorkerContext } from '../context.ts';

/**
 * Takes the picture of an encoded chunk, where one is wanted, and keeps it. A title is as good without one: what goes
 * wrong here is logged, and the chunk stands.
 * @param files of the chunk, by the name of their rendition
 * @throws the signal's reason when aborted
 */
export async function keepStill(
  { db, storage }: Pick<WorkerContext, 'db' | 'storage'>,
  version: { readonly id: string; readonly assetId: string },
  chunk: PlannedChunk,
  options: EncodeOptions,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  if (!isPictured(options.plan, chunk.index)) return;
  try {
    const rendition = picturedRendition(options.plan);
    const still = await takeStill({ ...options, chunk, rendition, file: files.get(rendition.name) as string });
    if (!still) return;
    // The file first: a row says that it is there.
    await storage.putFile(stillKey(version.assetId, version.id, chunk.index), still.file);
    await putStill(db, version.id, still);
  } catch (error) {
    options.signal?.throwIfAborted();
    options.logger.warn({ err: error, chunk: chunk.index }, 'No picture could be taken');
  }
}

/** Repeating it is harmless: a chunk that is encoded again gives the same picture. */
async function putStill(db: WorkerContext['db'], versionId: string, still: Still): Promise<void> {
  const { chunk, atMs, width, height, score, fingerprint } = still;
  const row = { at_ms: atMs, width, height, score: Math.round(score * 1000), fingerprint };
  await db
    .insertInto('stills')
    .values({ version_id: versionId, chunk, ...row })
    .onConflict((conflict) => conflict.columns(['version_id', 'chunk']).doUpdateSet(row))
    .execute();
}
