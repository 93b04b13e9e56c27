import type { Upload } from '@tus/server';
import { unverifiedKey } from '../../server/assets/storage-keys.ts';
import { ObjectNotFound, type Storage, type UploadStore } from '../../server/storage/port.ts';

/**
 * Where the bytes begin that still wait for their checksum, noted in storage beside them: a process that is killed
 * in between leaves the note, and nobody continues behind bytes that were never verified. One request or task at a
 * time for each upload, under its lock.
 */
export class UnverifiedBytes {
  readonly #storage: Pick<Storage, 'put' | 'read' | 'delete'>;
  readonly #store: UploadStore;

  constructor(options: { readonly storage: Pick<Storage, 'put' | 'read' | 'delete'>; readonly store: UploadStore }) {
    this.#storage = options.storage;
    this.#store = options.store;
  }

  /** Before the first of them is written. */
  async begin(id: string, offset: number): Promise<void> {
    await this.#storage.put(unverifiedKey(id), String(offset));
  }

  /** They match, or the whole upload is gone. */
  async end(id: string): Promise<void> {
    await this.#storage.delete(unverifiedKey(id));
  }

  /** The upload as it may be continued: what is not verified by now never will be, and is cut off. @throws what the store throws */
  async open(id: string): Promise<Upload> {
    const upload = await this.#store.getUpload(id);
    const offset = await this.#noted(id);
    if (offset === undefined) return upload;
    if (upload.offset > offset) await this.#store.truncate(id, offset);
    await this.end(id);
    return this.#store.getUpload(id);
  }

  async #noted(id: string): Promise<number | undefined> {
    try {
      return Number((await this.#storage.read(unverifiedKey(id))).toString());
    } catch (error) {
      if (error instanceof ObjectNotFound) return undefined;
      throw error;
    }
  }
}
