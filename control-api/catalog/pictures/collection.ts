import { randomBytes } from 'node:crypto';
import { pictureKey, picturesPrefix, stillKey } from '../../../server/assets/storage-keys.ts';
import type { Database } from '../../../server/db/port.ts';
import type { PictureKind } from '../../../server/db/tables/pictures.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Keyring } from '../../../server/keys/port.ts';
import { ObjectNotFound, type Storage } from '../../../server/storage/port.ts';
import { cutPicture, renderPicture } from './make.ts';
import {
  deleteUnused,
  findFrame,
  findPicture,
  findPictures,
  insertPicture,
  listUnused,
  touchPictures,
  type PictureRow,
} from './repository.ts';
import { isAssetWithin, type ScopedWho } from '../../title-scope.ts';
import type { Cut } from './shapes.ts';

export interface CollectionOptions {
  readonly db: Database;
  readonly storage: Pick<Storage, 'delete' | 'list' | 'put' | 'read'>;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** How long a picture that nothing has is kept, and files that no row knows. */
const keptMs = 24 * 3_600_000;
/** Objects that one run looks at. */
const mostLooked = 20_000;
const mark = 'pictures';

/**
 * Every picture there is, and its files.
 *
 * All files of a picture are written before its row is, under keys that only this try has: so a row names none that is
 * missing, whenever the process is killed, and removing what no row knows cannot meet another try. The row goes before
 * its files, and only when nothing has the picture; foreign keys hold that between processes.
 */
export class PictureCollection {
  readonly #options: CollectionOptions;

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /**
   * Makes a picture of a file, unless there is the same already.
   * @throws ProblemError as `cutPicture`, storage_unavailable, insufficient_storage
   */
  async add(file: Buffer, kind: PictureKind, cut: Cut | undefined): Promise<PictureRow> {
    const { db, storage, keyring, clock } = this.#options;
    const { pixels, ...picture } = await cutPicture(file, kind, cut);
    await touchPictures(db, [picture.hash], clock.now());
    const known = await findPicture(db, picture.hash);
    if (known) return known;
    const attempt = randomBytes(4).toString('hex');
    for (const { file: name, body } of await renderPicture({ ...picture, pixels }))
      await storage.put(pictureKey(picture.hash, attempt, name), body);
    const now = clock.now();
    const { kid } = keyring.current;
    await insertPicture(db, { ...picture, attempt, kid, created_at: now, touched_at: now });
    // Another try may have been first: then its files count.
    return (await findPicture(db, picture.hash)) as PictureRow;
  }

  /** Makes a picture of a frame that a worker took of a video. @throws ProblemError not_found, and as `add` */
  async addFrame(
    by: ScopedWho,
    { versionId, chunk }: { readonly versionId: string; readonly chunk: number },
    kind: PictureKind,
    cut: Cut,
  ): Promise<PictureRow> {
    const { db, storage } = this.#options;
    const frame = await findFrame(db, versionId, chunk);
    if (!frame || !(await isAssetWithin(db, by, frame.assetId))) throw noSuchFrame();
    try {
      return await this.add(await storage.read(stillKey(frame.assetId, versionId, chunk)), kind, cut);
    } catch (error) {
      if (error instanceof ObjectNotFound) throw noSuchFrame(error);
      throw error;
    }
  }

  /** Removes pictures that nothing has any more. Returns how many. */
  async removeUnused(signal: AbortSignal): Promise<number> {
    const { db, clock } = this.#options;
    const before = clock.now() - keptMs;
    let removed = 0;
    for (const { hash, attempt } of await listUnused(db, before)) {
      signal.throwIfAborted();
      if (!(await db.transaction().execute((tx) => deleteUnused(tx, hash, before)))) continue;
      await this.#removeFiles(hash, attempt);
      removed += 1;
    }
    return removed;
  }

  /**
   * Removes files that no row knows: a kill came before the row, or after it was gone. A run looks at a bounded number
   * and notes where it was. Returns how many it removed.
   */
  async collectLost(signal: AbortSignal, most = mostLooked): Promise<number> {
    const { db, storage, clock } = this.#options;
    const before = clock.now() - keptMs;
    const noted = await db.selectFrom('collection_marks').select('after').where('name', '=', mark).executeTakeFirst();
    let [looked, removed] = [0, 0];
    let batch: { readonly key: string; readonly hash: string; readonly attempt: string }[] = [];
    const sweep = async (): Promise<void> => {
      const rows = await findPictures(db, [...new Set(batch.map(({ hash }) => hash))]);
      for (const { key, hash, attempt } of batch) {
        if (rows.get(hash)?.attempt === attempt) continue;
        signal.throwIfAborted();
        await storage.delete(key);
        removed += 1;
      }
      batch = [];
    };
    for await (const { key, modifiedAt } of storage.list(picturesPrefix, noted?.after)) {
      signal.throwIfAborted();
      looked += 1;
      const [, hash, attempt] = /^pictures\/([0-9a-f]{40})\/([0-9a-z]{8})-/.exec(key) ?? [];
      // What was just written may be about to get its row.
      if (hash !== undefined && attempt !== undefined && modifiedAt < before) batch.push({ key, hash, attempt });
      if (batch.length >= 500) await sweep();
      if (looked < most) continue;
      await sweep();
      const values = { name: mark, after: key };
      await db
        .insertInto('collection_marks')
        .values(values)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
        .execute();
      return removed;
    }
    await sweep();
    await db.deleteFrom('collection_marks').where('name', '=', mark).execute();
    return removed;
  }

  async #removeFiles(hash: string, attempt: string): Promise<void> {
    const { storage } = this.#options;
    for await (const { key } of storage.list(`${picturesPrefix}${hash}/`))
      if (key.startsWith(pictureKey(hash, attempt, ''))) await storage.delete(key);
  }
}

function noSuchFrame(cause?: Error): ProblemError {
  return new ProblemError('not_found', 'There is no such frame.', cause && { cause });
}
