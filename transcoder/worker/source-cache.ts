import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import type { Storage } from '../../server/storage/port.ts';

/** A copy that nobody asks for is kept this long, in milliseconds. */
const unusedMs = 600_000;
const usualReportMs = 10_000;

export interface SourceCacheOptions {
  readonly storage: Pick<Storage, 'materialize'>;
  readonly scratch: Pick<Scratch, 'folder' | 'freeBytes'>;
  /** The most that is kept, in bytes; 0: half of what the disk of the scratch folder has room for. */
  readonly maxBytes: number;
  /** What must stay free of that disk, in bytes. */
  readonly minFreeBytes: number;
  readonly unusedMs?: number;
  readonly logger: Logger;
  /** How often the log says how far a download is, in milliseconds; default 10 s. */
  readonly reportEveryMs?: number;
}

/** Hears how many bytes of a download are there, and of how many; never of a hard link. */
export type OnFetched = (bytes: number, of: number) => void;

/** One source as a local file. */
interface Entry {
  readonly key: string;
  /** Where it is, once it is. */
  file: Promise<string>;
  state: 'fetching' | 'here' | 'gone';
  /** What it takes of the disk, once that is known; a hard link takes nothing. */
  bytes: number;
  users: number;
  timer: NodeJS.Timeout | undefined;
  /** Stops the download. */
  readonly stopping: AbortController;
  /** Those who want to hear how far the download is. */
  readonly listeners: Set<OnFetched>;
}

/** Thrown instead of copying. */
class NoLink extends Error {
  override readonly name = 'NoLink';
}

/** What a download is stopped with that nobody waits for. */
class NobodyWaits extends Error {
  override readonly name = 'NobodyWaits';
}

/**
 * Sources as local files, each fetched once and shared by the jobs of this process that read it: those that ask while it
 * is on its way wait for it, and when none of them waits any more it is stopped. What jobs read stays.
 * A copy is kept afterwards for the next chunks, until it was unused for a while or its room is wanted, the longest
 * unused first; a hard link costs nothing to make again and would keep a deleted source on the disk, so it goes with
 * its last reader. An object of the same key never changes: sources and their remuxed copies are written once.
 */
export class SourceCache {
  readonly #options: SourceCacheOptions;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #folder: Promise<string> | undefined;
  #fetched = 0;

  constructor(options: SourceCacheOptions) {
    this.#options = options;
  }

  /**
   * Does `work` with the path of the source, which must not be written to.
   * @param signal ends the wait for a source that is still being fetched
   * @param onFetched hears how far that is
   * @throws ObjectNotFound; ProblemError insufficient_storage when there is no room for a copy; the signal's reason;
   *   whatever `work` throws
   */
  async use<T>(
    key: string,
    signal: AbortSignal,
    work: (file: string) => Promise<T>,
    onFetched?: OnFetched,
  ): Promise<T> {
    signal.throwIfAborted();
    // Nothing is awaited between the look-up and the count: what has a user is not removed.
    const entry = this.#entries.get(key) ?? this.#begin(key);
    entry.users += 1;
    if (onFetched) entry.listeners.add(onFetched);
    clearTimeout(entry.timer);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    try {
      return await work(await orAborted(entry.file, signal));
    } finally {
      entry.users -= 1;
      if (onFetched) entry.listeners.delete(onFetched);
      await this.#rest(entry);
    }
  }

  /** Whether the source is neither here nor on its way, and a hard link does not do. @throws ObjectNotFound */
  async mustCopy(key: string): Promise<boolean> {
    if (this.#entries.has(key)) return false;
    const file = await this.#newFile();
    try {
      await this.#options.storage.materialize(key, file, { beforeCopy: () => Promise.reject(new NoLink()) });
      return false;
    } catch (error) {
      if (error instanceof NoLink) return true;
      throw error;
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Removes every copy that nobody reads at the moment. */
  async forgetUnused(): Promise<void> {
    for (let unused = this.#longestUnused(); unused; unused = this.#longestUnused()) await this.#remove(unused);
  }

  #begin(key: string): Entry {
    const entry: Entry = {
      key,
      file: Promise.resolve(''),
      state: 'fetching',
      bytes: 0,
      users: 0,
      timer: undefined,
      stopping: new AbortController(),
      listeners: new Set(),
    };
    entry.file = this.#fetch(entry);
    // Everybody may have stopped waiting meanwhile, and the process its work: then the folder is gone as well.
    entry.file.then(() => this.#rest(entry)).catch(() => undefined);
    return entry;
  }

  async #fetch(entry: Entry): Promise<string> {
    const { storage } = this.#options;
    try {
      const file = await this.#newFile();
      const report = this.#report(entry);
      await storage.materialize(entry.key, file, {
        beforeCopy: (bytes) => this.#reserve(entry, bytes),
        onBytes: report.sofar,
        signal: entry.stopping.signal,
      });
      report.end();
      entry.state = 'here';
      return file;
    } catch (error) {
      // The next one tries again.
      this.#forget(entry);
      throw error;
    }
  }

  /** A name that nothing has yet. */
  async #newFile(): Promise<string> {
    const number = (this.#fetched += 1);
    return path.join(await (this.#folder ??= this.#options.scratch.folder('sources')), `${number}`);
  }

  #forget(entry: Entry): void {
    entry.state = 'gone';
    // One that was stopped may have a successor already.
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }

  /** Says in the log how a download gets on: a large one takes many minutes. Of a hard link there is nothing to say. */
  #report(entry: Entry): { sofar(bytes: number): void; end(): void } {
    const { logger, reportEveryMs = usualReportMs } = this.#options;
    const began = performance.now();
    let said = began;
    const facts = (bytes: number) => ({ source: entry.key, bytes, of: entry.bytes });
    return {
      sofar: (bytes) => {
        for (const onFetched of entry.listeners) onFetched(bytes, entry.bytes);
        if (performance.now() - said < reportEveryMs) return;
        said = performance.now();
        logger.info(facts(bytes), 'fetching a source');
      },
      end: () => {
        if (entry.bytes > 0)
          logger.info({ ...facts(entry.bytes), ms: Math.round(performance.now() - began) }, 'fetched a source');
      },
    };
  }

  /** Makes room for a copy. What jobs read may exceed what is kept, but not the disk. */
  async #reserve(entry: Entry, bytes: number): Promise<void> {
    for (;;) {
      // Nothing is awaited between what is promised to others and the promise of this one.
      const free = (await this.#options.scratch.freeBytes()) - this.#promisedBytes();
      const isRoom = free - bytes >= this.#options.minFreeBytes;
      if (isRoom && this.#keptBytes() + bytes <= this.#limit(free)) break;
      const unused = this.#longestUnused();
      if (unused) await this.#remove(unused);
      else if (isRoom) break;
      else {
        throw new ProblemError(
          'insufficient_storage',
          `The scratch folder has no room for a source of ${bytes} bytes beside the configured minimum (storage.minFreeBytes).`,
        );
      }
    }
    entry.bytes = bytes;
  }

  /** When its last reader is done, or nobody waits for it any more. */
  async #rest(entry: Entry): Promise<void> {
    if (entry.state === 'fetching' && entry.users === 0) {
      // A job that asks from now on begins anew.
      this.#forget(entry);
      entry.stopping.abort(new NobodyWaits(`Nobody waits for ${entry.key} any more`));
      return;
    }
    if (!isUnused(entry)) return;
    if (entry.bytes === 0) return this.#remove(entry);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      if (isUnused(entry)) this.#remove(entry).catch(() => undefined);
    }, this.#options.unusedMs ?? unusedMs).unref();
    while (this.#keptBytes() > this.#limit((await this.#options.scratch.freeBytes()) - this.#promisedBytes())) {
      const unused = this.#longestUnused();
      if (!unused) return;
      await this.#remove(unused);
    }
  }

  async #remove(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    this.#forget(entry);
    await rm(await entry.file, { force: true });
  }

  #longestUnused(): Entry | undefined {
    return [...this.#entries.values()].find(isUnused);
  }

  /** What all copies take, those included that are on their way. */
  #keptBytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What copies on their way may still take of the disk. */
  #promisedBytes(): number {
    const fetching = [...this.#entries.values()].filter(({ state }) => state === 'fetching');
    return fetching.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #limit(freeBytes: number): number {
    const { maxBytes, minFreeBytes } = this.#options;
    return maxBytes > 0 ? maxBytes : Math.max(0, (freeBytes + this.#keptBytes() - minFreeBytes) / 2);
  }
}

function isUnused({ state, users }: Entry): boolean {
  return state === 'here' && users === 0;
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
