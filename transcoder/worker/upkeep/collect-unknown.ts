import { activeStates } from '../../../server/assets/lifecycle/states.ts';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import { timeOfId } from '../../../server/kit/ids.ts';
import type { Storage } from '../../../server/storage/port.ts';
import type { WorkerContext } from '../context.ts';

/** How many ids are looked up in one query. */
const batchSize = 500;

/** Something in the storage that a row should know. */
interface Found {
  readonly id: string;
  /** The key of an object, or a prefix with its `/`; undefined for an upload in hand that is no object yet. */
  readonly place: string | undefined;
}

/**
 * Removes what a crash left in the storage without a row, and work files of versions that no longer work. Sources,
 * uploads in hand and the folders of versions are listed, never what is in those. Nothing younger than `collection.scratchAfterSeconds` is
 * touched, for it may be about to get its row: its id says when it was made. What no id of ours names is left alone.
 * @throws the signal's reason
 */
export async function collectUnknown(context: WorkerContext, signal?: AbortSignal): Promise<void> {
  const { db, storage, clock, config } = context;
  const before = clock.now() - config.collection.scratchAfterSeconds * 1000;
  const isOld = (prefix: 'upload' | 'version', id: string): boolean => (timeOfId(prefix, id) ?? before) < before;

  const findUploads = (ids: readonly string[]) =>
    db
      .selectFrom('uploads')
      .select('id')
      .where('id', 'in', ids)
      // A creation that was given up between its row and its file leaves one behind its end.
      .where('state', 'in', ['receiving', 'finished'])
      .execute();
  await removeUnknown(
    context,
    signal,
    old(sourcesIn(storage), (id) => isOld('upload', id)),
    findUploads,
  );
  await removeUnknown(
    context,
    signal,
    old(unlistedIn(storage), (id) => isOld('upload', id)),
    findUploads,
  );
  await removeUnknown(
    context,
    signal,
    old(publishedIn(storage), (id) => isOld('version', id)),
    (ids) => db.selectFrom('versions').select('id').where('id', 'in', ids).where('collected_at', 'is', null).execute(),
  );
  await removeUnknown(
    context,
    signal,
    old(workIn(storage), (id) => isOld('version', id)),
    (ids) =>
      db
        .selectFrom('versions')
        .select('id')
        .where('id', 'in', ids)
        // One that ended a moment ago may still have workers that have not noticed.
        .where(({ or, eb }) => or([eb('state', 'in', activeStates), eb('updated_at', '>=', before)]))
        .execute(),
  );
}

async function* sourcesIn(storage: Storage): AsyncGenerator<Found> {
  const folder = sourceKey('');
  for await (const { key } of storage.list(folder)) yield { id: key.slice(folder.length), place: key };
}

/** Uploads in hand where they are no objects yet. */
async function* unlistedIn(storage: Storage): AsyncGenerator<Found> {
  for await (const id of storage.uploadStore().unlisted()) yield { id, place: undefined };
}

async function* publishedIn(storage: Storage): AsyncGenerator<Found> {
  for await (const asset of storage.listPrefixes('assets/'))
    for await (const place of storage.listPrefixes(asset)) yield { id: lastName(place), place };
}

async function* workIn(storage: Storage): AsyncGenerator<Found> {
  for await (const place of storage.listPrefixes('work/')) yield { id: lastName(place), place };
}

/** `assets/<assetId>/<versionId>/` -> `<versionId>` */
function lastName(prefix: string): string {
  return prefix.split('/').at(-2) ?? '';
}

async function* old(found: AsyncIterable<Found>, isOld: (id: string) => boolean): AsyncGenerator<Found> {
  for await (const each of found) if (isOld(each.id)) yield each;
}

async function removeUnknown(
  { storage, logger }: WorkerContext,
  signal: AbortSignal | undefined,
  found: AsyncIterable<Found>,
  findKnown: (ids: readonly string[]) => Promise<readonly { readonly id: string }[]>,
): Promise<void> {
  const removeBatch = async (batch: readonly Found[]): Promise<void> => {
    if (batch.length === 0) return;
    const known = new Set((await findKnown(batch.map(({ id }) => id))).map(({ id }) => id));
    for (const { id, place } of batch) {
      if (known.has(id)) continue;
      signal?.throwIfAborted();
      if (place === undefined) await storage.uploadStore().remove(id);
      else await (place.endsWith('/') ? storage.deletePrefix(place) : storage.delete(place));
      logger.info({ place: place ?? id }, 'collected what nothing refers to');
    }
  };
  let batch: Found[] = [];
  for await (const each of found) {
    signal?.throwIfAborted();
    batch.push(each);
    if (batch.length < batchSize) continue;
    await removeBatch(batch);
    batch = [];
  }
  await removeBatch(batch);
}
