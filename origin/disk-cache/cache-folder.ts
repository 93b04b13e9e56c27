import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, statfs, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { plainFlags } from '../../server/kit/plain-file.ts';
import { systemCode } from '../../server/kit/system-errors.ts';
import { readCacheFile, trailerOf, type KeptObject } from './cache-file.ts';
import { folderOfPrefix, keyOfPath, pathOfKey } from './cache-path.ts';

/** A file of the cache as it was found. */
export interface FoundFile {
  readonly key: string;
  readonly bytes: number;
  /** When it was written or last used, roughly, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** The file is there and is not what was written. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/**
 * The files of the disk cache. A file appears whole or not at all: it is written under a temporary name in
 * `.incoming`, which no key can name. It does not reach the disk before that (no fsync), so after a power failure it may
 * hold anything, as after a fault of the disk: every read compares its checksum. All is for the server's user only.
 */
export class CacheFolder {
  readonly #root: string;
  readonly #incoming: string;

  constructor(root: string) {
    this.#root = root;
    this.#incoming = path.join(root, '.incoming');
  }

  /**
   * Makes the folder, removes what killed processes left half-written, and lists what there is, least recently used
   * first. Files that are not the cache's are left alone.
   */
  async restore(): Promise<FoundFile[]> {
    await rm(this.#incoming, { recursive: true, force: true });
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    const found: FoundFile[] = [];
    for (const asset of await foldersIn(this.#root)) {
      for (const version of await foldersIn(path.join(this.#root, asset))) {
        const names = await readdir(path.join(this.#root, asset, version));
        const files = await Promise.all(names.map((name) => this.#find(`${asset}/${version}/${name}`)));
        for (const file of files) if (file) found.push(file);
      }
    }
    return found.sort((a, b) => a.usedAt - b.usedAt);
  }

  async #find(relative: string): Promise<FoundFile | undefined> {
    const key = keyOfPath(relative);
    if (key === undefined) return undefined;
    const stats = await stat(path.join(this.#root, relative));
    return stats.isFile() ? { key, bytes: stats.size, usedAt: stats.mtimeMs } : undefined;
  }

  /** Free bytes of the file system. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  /**
   * Reads an object from its file.
   * @param bytes of the file
   * @throws DamagedFile; ENOENT and other errors of the system
   */
  async read(key: string, bytes: number): Promise<KeptObject> {
    const handle = await open(this.#path(key), constants.O_RDONLY | plainFlags);
    try {
      const file = Buffer.allocUnsafeSlow(bytes);
      let filled = 0;
      while (filled < bytes) {
        const { bytesRead } = await handle.read(file, filled, bytes - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const object = filled === bytes ? readCacheFile(key, file) : undefined;
      if (!object) throw new DamagedFile(`The file of ${key} in the disk cache is damaged`);
      return object;
    } finally {
      await handle.close();
    }
  }

  /** Writes an object into its file. No part is left when that fails. */
  async write(key: string, object: KeptObject): Promise<void> {
    const temporary = path.join(this.#incoming, randomBytes(12).toString('hex'));
    const target = this.#path(key);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile([object.body, trailerOf(key, object)]);
      } finally {
        await handle.close();
      }
      await this.#moveInto(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  async #moveInto(temporary: string, target: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await rename(temporary, target);
      } catch (error) {
        // Its folder is not there yet, or was just removed because it was empty.
        if (systemCode(error) !== 'ENOENT' || attempt === 3) throw error;
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      }
    }
  }

  /** Notes that it was used, for the order after a restart. */
  async touch(key: string, at: number): Promise<void> {
    await utimes(this.#path(key), at / 1000, at / 1000);
  }

  /** Removes a file, and its folders when they are empty then. Removing what is not there succeeds. */
  async remove(key: string): Promise<void> {
    const file = this.#path(key);
    await rm(file, { force: true });
    const version = path.dirname(file);
    await rmdir(version)
      .then(() => rmdir(path.dirname(version)))
      .catch(() => undefined);
  }

  /** Removes everything below a prefix of keys at once, as far as readers can tell. */
  async removePrefix(prefix: string): Promise<void> {
    const folder = folderOfPrefix(prefix);
    if (folder === undefined) return;
    const removed = path.join(this.#incoming, randomBytes(12).toString('hex'));
    try {
      await rename(path.join(this.#root, folder), removed);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    await rm(removed, { recursive: true, force: true });
  }

  #path(key: string): string {
    const relative = pathOfKey(key);
    if (relative === undefined) throw new Error(`${JSON.stringify(key.slice(0, 100))} is not kept on disk`);
    return path.join(this.#root, relative);
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}
