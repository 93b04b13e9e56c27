import { activeStates } from '../../../server/assets/lifecycle/states.ts';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import { timeOfId } from '../../../server/kit/ids.ts';
import type { Storage } from '../../../server/storage/port.ts';
import type { WorkerContext } from '../context.ts';

/** How many ids are looked up in one query. */
const batchSize = 500;
/** Keys and prefixes that one run looks at: some pages of a listing. */
const mostNames = 20_000;
/** Assets whose versions one run looks at: each costs a listing of its own. */
const mostAssets = 2000;

/** Something in the storage that a row should know. */
interface Found {
  readonly id: string;
  /** The key of an object, or a prefix with its `/`; undefined for an upload in hand that is no object yet. */
  readonly place: string | undefined;
}

/** One thing to go through, a part in each run. */
interface Round {
  readonly name: 'sources' | 'unlisted' | 'assets' | 'work';
  /** How many steps one run makes. */
  readonly most: number;
  readonly idPrefix: 'upload' | 'version';
  /** The steps behind a place, and what there is at each. */
  steps(
    storage: Storage,
    after: string | undefined,
  ): AsyncIterable<{ readonly at: string | undefined; readonly found: Found[] }>;
  /** Of these ids, those that something refers to. */
  known(ids: readonly string[]): Promise<readonly { readonly id: string }[]>;
}

/**
 * Removes what a crash left in the storage without a row, and work files of versions that no longer work. Sources,
 * uploads in hand and the folders of versions are listed, never what is in those; a run looks at a bounded number of them and notes where
 * it was, the next one goes on there, whichever process does it, and behind the last one it begins again. Nothing
 * younger than `collection.scratchAfterSeconds` is touched, for it may be about to get its row: its id says when it was
 * made. What no id of ours names is left alone.
 * @throws the signal's reason
 */
export async function collectUnknown(
  context: WorkerContext,
  signal?: AbortSignal,
  most = { names: mostNames, assets: mostAssets },
): Promise<void> {
  const { db, clock, config } = context;
  const before = clock.now() - config.collection.scratchAfterSeconds * 1000;
  const findUploads: Round['known'] = (ids) =>
    db
      .selectFrom('uploads')
      .select('id')
      .where('id', 'in', ids)
      // A creation that was given up between its row and its file leaves one behind its end.
      .where('state', 'in', ['receiving', 'finished'])
      .execute();
  const rounds: readonly Round[] = [
    { name: 'sources', most: most.names, idPrefix: 'upload', steps: sourcesIn, known: findUploads },
    // As many as are sent at the moment, and some that were forgotten: all of them in each run.
    { name: 'unlisted', most: Infinity, idPrefix: 'upload', steps: unlistedIn, known: findUploads },
    {
      name: 'assets',
      most: most.assets,
      idPrefix: 'version',
      steps: publishedIn,
      known: (ids) =>
        db.selectFrom('versions').select('id').where('id', 'in', ids).where('collected_at', 'is', null).execute(),
    },
    {
      name: 'work',
      most: most.names,
      idPrefix: 'version',
      steps: workIn,
      known: (ids) =>
        db
          .selectFrom('versions')
          .select('id')
          .where('id', 'in', ids)
          // One that ended a moment ago may still have workers that have not noticed.
          .where(({ or, eb }) => or([eb('state', 'in', activeStates), eb('updated_at', '>=', before)]))
          .execute(),
    },
  ];
  for (const round of rounds) await goOn(context, round, before, signal);
}

async function* sourcesIn(storage: Storage, after: string | undefined): ReturnType<Round['steps']> {
  const folder = sourceKey('');
  for await (const { key } of storage.list(folder, after))
    yield { at: key, found: [{ id: key.slice(folder.length), place: key }] };
}

/** Uploads in hand where they are no objects yet. They have no order: each run begins at the first. */
async function* unlistedIn(storage: Storage): ReturnType<Round['steps']> {
  for await (const id of storage.uploadStore().unlisted()) yield { at: undefined, found: [{ id, place: undefined }] };
}

async function* publishedIn(storage: Storage, after: string | undefined): ReturnType<Round['steps']> {
  for await (const asset of storage.listPrefixes('assets/', after)) {
    const found: Found[] = [];
    for await (const place of storage.listPrefixes(asset)) found.push({ id: lastName(place), place });
    yield { at: asset, found };
  }
}

async function* workIn(storage: Storage, after: string | undefined): ReturnType<Round['steps']> {
  for await (const place of storage.listPrefixes('work/', after))
    yield { at: place, found: [{ id: lastName(place), place }] };
}

/** `assets/<assetId>/<versionId>/` -> `<versionId>` */
function lastName(prefix: string): string {
  return prefix.split('/').at(-2) ?? '';
}

/** Goes on with a round where the last run ended. What was looked at is noted as it is done with. */
async function goOn(
  context: WorkerContext,
  round: Round,
  before: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { db, storage } = context;
  const mark = await db
    .selectFrom('collection_marks')
    .select('after')
    .where('name', '=', round.name)
    .executeTakeFirst();
  let [batch, steps]: [Found[], number] = [[], 0];
  for await (const { at, found } of round.steps(storage, mark?.after)) {
    signal?.throwIfAborted();
    batch.push(...found.filter(({ id }) => (timeOfId(round.idPrefix, id) ?? before) < before));
    steps += 1;
    if (batch.length < batchSize && steps < round.most) continue;
    await removeUnknown(context, round, batch, signal);
    batch = [];
    if (at === undefined) continue;
    await db
      .insertInto('collection_marks')
      .values({ name: round.name, after: at })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ after: at }))
      .execute();
    if (steps >= round.most) return;
  }
  await removeUnknown(context, round, batch, signal);
  await db.deleteFrom('collection_marks').where('name', '=', round.name).execute();
}

async function removeUnknown(
  { storage, logger }: WorkerContext,
  { known: findKnown }: Round,
  batch: readonly Found[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (batch.length === 0) return;
  const known = new Set((await findKnown(batch.map(({ id }) => id))).map(({ id }) => id));
  for (const { id, place } of batch) {
    if (known.has(id)) continue;
    signal?.throwIfAborted();
    if (place === undefined) await storage.uploadStore().remove(id);
    else await (place.endsWith('/') ? storage.deletePrefix(place) : storage.delete(place));
    logger.info({ place: place ?? id }, 'collected what nothing refers to');
  }
}
