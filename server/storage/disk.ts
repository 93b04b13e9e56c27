import { randomBytes } from 'node:crypto';
import fs, { chmodSync, constants, mkdirSync, realpathSync, type BigIntStats } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { sourceKey } from '../assets/storage-keys.ts';
import { createFile, replaceFile } from '../kit/atomic-file.ts';
import { isPlainFile, isRealFolder, isWhereItSays, openPlainFile, plainFlags } from '../kit/plain-file.ts';
import { systemCode, writeError } from '../kit/system-errors.ts';
import { DiskUploadStore } from './disk-uploads.ts';
import { downloadObject } from './download.ts';
import { assertKey, assertPrefix, assertRange, isKeyPart } from './keys.ts';
import {
  assertPresignable,
  InvalidKey,
  ObjectNotFound,
  ObjectReplaced,
  type ByteRange,
  type PresignOptions,
  type Storage,
  type StoredObject,
  type Transfer,
  type UploadStore,
} from './port.ts';

/** Neither exists, nor is it a file: there is no object. A link is none, and neither is a pipe or a device. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EMLINK', 'ENXIO']);
/** A hard link is not possible, a copy may be: other file system, file system without links, too many, forbidden. */
const unlinkable = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);
/** Reads ahead by this much where an object is streamed, in bytes. */
const streamChunkBytes = 256 * 1024;
const removedMark = 'removed-';

function toEtag(stats: BigIntStats): string {
  return [stats.size, stats.mtimeNs, stats.ino].map((value) => value.toString(36)).join('-');
}

/** Closes a folder that was there before to others. Somebody else's stays as it is: the start says so. */
function closeFolder(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch {
    // Not ours, or a file system without modes.
  }
}

/**
 * Objects as files: the key is the path below the root. Beside them, in a folder that no key can name:
 *
 *     .dramabox/incoming/   temporary files of writes in hand, and what is being removed
 *
 * Uploads that are still arriving lie among the sources already, and listings show them. Symbolic links below the root
 * are not followed, wherever they stand: what can write one must not choose what is served. The root may be one.
 */
export class DiskStorage implements Storage {
  /** A real path. */
  readonly #root: string;
  readonly #incoming: string;
  readonly #sources: string;

  /** Makes the folder. @throws Error naming it when that is not possible */
  constructor(options: { readonly path: string }) {
    const root = path.resolve(options.path);
    try {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      this.#root = realpathSync(root);
      this.#incoming = path.join(this.#root, '.dramabox', 'incoming');
      this.#sources = path.join(this.#root, path.dirname(sourceKey('x')));
      for (const folder of [this.#incoming, this.#sources]) mkdirSync(folder, { recursive: true, mode: 0o700 });
      closeFolder(this.#root);
    } catch (error) {
      throw new Error(`The storage folder ${root} cannot be made: ${writeError(error).message}`, { cause: error });
    }
  }

  #path(key: string): string {
    assertKey(key);
    return path.join(this.#root, key);
  }

  /** A new name in the same file system, for a file that is being written. */
  #temporary(): string {
    return path.join(this.#incoming, `${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  async #write<T>(
    key: string,
    fill: (temporary: string) => Promise<void>,
    place: (target: string, temporary: string, fill: (temporary: string) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const target = this.#path(key);
    try {
      return await place(target, this.#temporary(), fill);
    } catch (error) {
      // Files cannot do what object stores can: an object at `a` and another at `a/b`.
      if (['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) {
        throw new InvalidKey(`${key} lies below another object, or others lie below it`, { cause: error });
      }
      throw writeError(error);
    }
  }

  put(key: string, body: Buffer | string): Promise<void> {
    return this.#write(key, (temporary) => writeFile(temporary, body, { flag: 'wx', mode: 0o600 }), replaceFile);
  }

  async putNew(key: string, body: Buffer | string): Promise<boolean> {
    const isNew = await this.#write(
      key,
      (temporary) => writeFile(temporary, body, { flag: 'wx', mode: 0o600 }),
      createFile,
    );
    if (!isNew && !(await isPlainFile(this.#path(key)))) throw new InvalidKey(`${key} is no object, but stands there`);
    return isNew;
  }

  async putFile(key: string, file: string): Promise<void> {
    this.#path(key);
    const handle = await openPlainFile(file);
    try {
      // What was opened, not what stands under that name by now, where the system has a name for it.
      const opened = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : file;
      const copy = async (temporary: string): Promise<void> => {
        // Not a hard link: the caller may go on writing to its file. Where the file system can, blocks are shared.
        await copyFile(opened, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        // A copy is made with the mode of its original, which another program chose.
        await chmod(temporary, 0o600);
      };
      await this.#write(key, copy, replaceFile);
    } finally {
      await handle.close();
    }
  }

  async read(key: string, signal?: AbortSignal): Promise<Buffer> {
    const file = this.#path(key);
    signal?.throwIfAborted();
    try {
      const handle = await open(file, constants.O_RDONLY | plainFlags);
      try {
        // One read call for the whole object; `readFile` would make one for each 512 KiB.
        const stats = await handle.stat();
        if (!stats.isFile() || !isWhereItSays(handle.fd, file)) throw new ObjectNotFound(key);
        const { size } = stats;
        const buffer = Buffer.allocUnsafeSlow(size);
        let filled = 0;
        while (filled < size) {
          signal?.throwIfAborted();
          const { bytesRead } = await handle.read(buffer, filled, size - filled, filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled === size ? buffer : buffer.subarray(0, filled);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw absent.has(systemCode(error) ?? '') ? new ObjectNotFound(key, { cause: error }) : error;
    }
  }

  stream(key: string, range?: ByteRange): Readable {
    const described = (error: NodeJS.ErrnoException | null) =>
      error && absent.has(error.code ?? '') ? new ObjectNotFound(key, { cause: error }) : error;
    try {
      if (range) assertRange(range);
      return fs.createReadStream(this.#path(key), {
        ...(range && { start: range.start, end: range.end }),
        highWaterMark: streamChunkBytes,
        fs: {
          open: (file: string, _flags: string, mode: number, done: (error: Error | null, fd?: number) => void) => {
            fs.open(file, constants.O_RDONLY | plainFlags, mode, (error, fd) => {
              if (error) return done(described(error));
              fs.fstat(fd, { bigint: true }, (failure, stats) => {
                const isObject = !failure && stats.isFile() && isWhereItSays(fd, file);
                const isAnother = isObject && range?.etag !== undefined && toEtag(stats) !== range.etag;
                if (isObject && !isAnother) return done(null, fd);
                fs.close(fd, () => done(failure ?? (isAnother ? new ObjectReplaced(key) : new ObjectNotFound(key))));
              });
            });
          },
          read: (
            fd: number,
            buffer: Buffer,
            offset: number,
            length: number,
            position: number | null,
            done: (error: Error | null, bytes: number, buffer: Buffer) => void,
          ) => {
            fs.read(fd, buffer, offset, length, position, (error, bytes) => {
              done(described(error), bytes, buffer);
            });
          },
          close: fs.close,
        },
      });
    } catch (error) {
      return new Readable({
        read() {
          this.destroy(error as Error);
        },
      });
    }
  }

  /** The folder must be one of ours, without links on the way. */
  async #describe(key: string): Promise<StoredObject | undefined> {
    try {
      const stats = await lstat(path.join(this.#root, key), { bigint: true });
      if (!stats.isFile()) return undefined;
      return { key, bytes: Number(stats.size), modifiedAt: Number(stats.mtimeMs), etag: toEtag(stats) };
    } catch (error) {
      if (absent.has(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    const file = this.#path(key);
    signal?.throwIfAborted();
    return (await isRealFolder(path.dirname(file))) ? this.#describe(key) : undefined;
  }

  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    assertPrefix(prefix, { allowEmpty: true });
    yield* this.#walk(prefix, after);
  }

  /** What lies directly below a prefix, folders with a `/` at the end, in the order of a list of keys. */
  async #namesBelow(prefix: string): Promise<string[]> {
    const folder = path.join(this.#root, prefix);
    if (!(await isRealFolder(path.resolve(folder)))) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (absent.has(systemCode(error) ?? '')) return [];
      throw error;
    });
    return (
      entries
        // Nothing that is not ours: `.dramabox`, `lost+found` of a mounted disk, an editor's backup `x~`.
        .filter((entry) => isKeyPart(entry.name) && (entry.isFile() || entry.isDirectory()))
        // With its `/`, so that `a-b` comes before `a/b`.
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort((a, b) => (a < b ? -1 : 1))
    );
  }

  async *#walk(prefix: string, after: string): AsyncGenerator<StoredObject> {
    for (const name of await this.#namesBelow(prefix)) {
      const place = `${prefix}${name}`;
      if (name.endsWith('/')) {
        if (place > after || after.startsWith(place)) yield* this.#walk(place, after);
      } else if (place > after) {
        const object = await this.#describe(place);
        if (object) yield object;
      }
    }
  }

  async *listPrefixes(prefix: string, after = ''): AsyncGenerator<string> {
    assertPrefix(prefix, { allowEmpty: true });
    for (const name of await this.#namesBelow(prefix)) {
      const place = `${prefix}${name}`;
      if (name.endsWith('/') && place > after) yield place;
    }
  }

  async delete(key: string): Promise<void> {
    const file = this.#path(key);
    try {
      await unlink(file);
    } catch (error) {
      if (!absent.has(systemCode(error) ?? '') && !(systemCode(error) === 'EPERM' && !(await this.#describe(key))))
        throw error;
    }
    await this.#prune(path.dirname(file));
  }

  async deletePrefix(prefix: string): Promise<void> {
    assertPrefix(prefix, { allowEmpty: false });
    const folder = path.join(this.#root, prefix);
    // Gone at once for readers and out of the way of writers, however long the removal takes.
    const removed = path.join(this.#incoming, `${removedMark}${randomBytes(8).toString('hex')}`);
    try {
      await rename(folder, removed);
    } catch (error) {
      if (absent.has(systemCode(error) ?? '')) return;
      throw error;
    }
    await rm(removed, { recursive: true, force: true });
    await this.#prune(path.dirname(folder));
  }

  /** Removes folders that became empty; those directly below the root stay. */
  async #prune(folder: string): Promise<void> {
    for (let empty = folder; path.dirname(empty) !== this.#root && empty !== this.#root; empty = path.dirname(empty)) {
      try {
        await rmdir(empty);
      } catch {
        return; // not empty, or already gone: either way not ours to remove
      }
    }
  }

  async materialize(key: string, target: string, transfer: Transfer = {}): Promise<void> {
    const file = this.#path(key);
    if (!(await this.stat(key))) throw new ObjectNotFound(key);
    transfer.signal?.throwIfAborted();
    try {
      await link(file, target);
      return;
    } catch (error) {
      if (!(await isPlainFile(file))) throw new ObjectNotFound(key, { cause: error });
      if (!unlinkable.has(systemCode(error) ?? '')) throw writeError(error);
    }
    await downloadObject(this, key, target, transfer);
  }

  async presign(key: string, options: PresignOptions): Promise<undefined> {
    assertKey(key);
    assertPresignable(options);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  uploadStore(): UploadStore {
    return new DiskUploadStore(this.#sources);
  }

  async check(): Promise<void> {
    const probe = this.#temporary();
    try {
      await writeFile(probe, 'ready?', { flag: 'wx' });
    } catch (error) {
      throw new Error(`The storage folder ${this.#root} cannot be written to: ${writeError(error).message}`, {
        cause: error,
      });
    } finally {
      await rm(probe, { force: true });
    }
  }

  /** Who else may read the folder is seen to at every start (`server/boot/private-places.ts`). */
  async warnings(): Promise<readonly string[]> {
    return [];
  }

  async close(): Promise<void> {}

  async collectLeftovers(olderThanMs: number): Promise<number> {
    let collected = 0;
    for (const name of await readdir(this.#incoming)) {
      const leftover = path.join(this.#incoming, name);
      const stats = await stat(leftover).catch(() => undefined);
      if (!stats || (!name.startsWith(removedMark) && stats.mtimeMs > Date.now() - olderThanMs)) continue;
      await rm(leftover, { recursive: true, force: true });
      collected++;
    }
    return collected;
  }
}
