import { constants } from 'node:fs';
import { lstat, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sourceKey } from '../assets/storage-keys.ts';
import { plainFlags } from '../kit/plain-file.ts';
import { systemCode, writeError } from '../kit/system-errors.ts';
import { isKeyPart } from './keys.ts';
import { InvalidKey, ObjectNotFound, type UploadStore } from './port.ts';

/** Uploads as files of a folder, each at the key of its object from the first byte on: finishing moves nothing. */
export class DiskUploadStore implements UploadStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(id: string): string {
    if (!isKeyPart(id)) throw new InvalidKey(`${JSON.stringify(id.slice(0, 100))} is not an upload id`);
    return path.join(this.#folder, id);
  }

  async begin(id: string): Promise<void> {
    const file = this.#path(id);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | plainFlags, 0o600);
      await handle.close();
    } catch (error) {
      throw writeError(error);
    }
  }

  async received(id: string): Promise<number | undefined> {
    try {
      const stats = await lstat(this.#path(id));
      return stats.isFile() ? stats.size : undefined;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async append(id: string, offset: number, bytes: Readable): Promise<number> {
    try {
      const handle = await this.#open(id);
      try {
        const { size } = await handle.stat();
        if (offset !== size) throw new RangeError(`The upload has ${size} bytes; it does not continue at ${offset}`);
        const file = handle.createWriteStream({ start: offset, flush: true });
        await pipeline(bytes, file);
        return offset + file.bytesWritten;
      } finally {
        await handle.close();
      }
    } catch (error) {
      bytes.destroy();
      throw writeError(error);
    }
  }

  async finish(id: string): Promise<void> {
    const handle = await this.#open(id);
    await handle.close();
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** None: uploads in hand lie at the keys of their objects. */
  async *unlisted(): AsyncGenerator<string> {}

  /** @throws ObjectNotFound */
  async #open(id: string): Promise<FileHandle> {
    try {
      return await open(this.#path(id), constants.O_RDWR | plainFlags);
    } catch (error) {
      throw ['ENOENT', 'ELOOP', 'EMLINK'].includes(systemCode(error) ?? '')
        ? new ObjectNotFound(sourceKey(id), { cause: error })
        : error;
    }
  }
}
