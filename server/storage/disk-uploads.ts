import { createWriteStream, mkdirSync } from 'node:fs';
import { open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { ERRORS, type Upload } from '@tus/server';
import { replaceFile, systemCode, writeError } from './atomic-file.ts';
import { isKeyPart } from './keys.ts';
import { InvalidKey, type UploadStore } from './port.ts';

const suffix = '.json';

/** An error that the tus server answers with its own status and text. */
class TusError extends Error {
  override readonly name = 'TusError';
  readonly status_code: number;
  readonly body: string;

  constructor(answer: { readonly status_code: number; readonly body: string }, options?: ErrorOptions) {
    super(answer.body.trim(), options);
    this.status_code = answer.status_code;
    this.body = answer.body;
  }
}

function assertUploadId(id: string): void {
  if (!isKeyPart(id)) throw new InvalidKey(`${JSON.stringify(id.slice(0, 100))} is not an upload id`);
}

/**
 * What tus has to remember of an upload besides its bytes (size, metadata), one small file each. It replaces the
 * library's own, which puts them among the uploads and can leave half a file behind.
 */
export class UploadRecords {
  readonly #folder: string;
  readonly #incoming: string;

  constructor(folder: string, incoming: string) {
    this.#folder = folder;
    this.#incoming = incoming;
  }

  #file(id: string): string {
    assertUploadId(id);
    return path.join(this.#folder, `${id}${suffix}`);
  }

  async get(id: string): Promise<Upload | undefined> {
    try {
      return JSON.parse(await readFile(this.#file(id), 'utf8')) as Upload;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async set(id: string, upload: Upload): Promise<void> {
    await replaceFile(this.#file(id), this.#incoming, (temporary) =>
      writeFile(temporary, JSON.stringify(upload), { flag: 'wx' }),
    );
  }

  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** The ids of all recorded uploads. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length))
      .filter(isKeyPart);
  }
}

/**
 * tus uploads as files of a folder, each at its id, from the first byte on. An upload expires when it received
 * nothing for the period; a finished one never does. (The library counts from the creation, which cuts a slow upload
 * off in the middle, and takes finished uploads for unfinished ones.)
 */
export class DiskUploadStore extends FileStore implements UploadStore {
  readonly #folder: string;
  readonly #records: UploadRecords;

  constructor(options: { readonly folder: string; readonly records: UploadRecords; readonly expiresAfterMs: number }) {
    // The library makes the folder in the background, where a failure would end the process.
    mkdirSync(options.folder, { recursive: true });
    super({
      directory: options.folder,
      configstore: options.records,
      expirationPeriodInMilliseconds: options.expiresAfterMs,
    });
    this.#folder = options.folder;
    this.#records = options.records;
    // Without a length declared at the start neither the limit nor the free disk could be checked.
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
  }

  #path(id: string): string {
    assertUploadId(id);
    return path.join(this.#folder, id);
  }

  /** @throws ProblemError `insufficient_storage` when the disk is full */
  override async create(upload: Upload): Promise<Upload> {
    this.#path(upload.id);
    try {
      return await super.create(upload);
    } catch (error) {
      throw writeError(error);
    }
  }

  /**
   * Appends what comes and answers the new offset once it is on the disk. When the stream breaks, what came before
   * is kept and the client resumes behind it.
   * @throws ProblemError `insufficient_storage` when the disk is full
   */
  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const file = createWriteStream(this.#path(id), { flags: 'r+', start: offset, flush: true });
    try {
      await pipeline(readable, file);
    } catch (error) {
      throw systemCode(error) === 'ENOENT'
        ? new TusError(ERRORS.FILE_NO_LONGER_EXISTS, { cause: error })
        : writeError(error);
    }
    return offset + file.bytesWritten;
  }

  /** With the last activity as `creation_date`, from which the server counts the expiry. */
  override async getUpload(id: string): Promise<Upload> {
    const file = this.#path(id);
    const upload = await super.getUpload(id);
    const { mtime } = await stat(file);
    upload.creation_date = mtime.toISOString();
    return upload;
  }

  /** Nothing is read back over tus: sources are not public, whoever knows an id. */
  override read(): never {
    throw new TusError(ERRORS.FILE_NOT_FOUND);
  }

  override async remove(id: string): Promise<void> {
    this.#path(id);
    await super.remove(id);
  }

  override async deleteExpired(): Promise<number> {
    let removed = 0;
    for (const id of await this.#records.list()) {
      const upload = await this.getUpload(id).catch((error: unknown) => {
        // Terminated between the listing and now, or its bytes are gone: nothing to expire.
        if (error === ERRORS.FILE_NOT_FOUND || error === ERRORS.FILE_NO_LONGER_EXISTS) return undefined;
        throw error;
      });
      if (!upload || upload.offset === upload.size) continue;
      if (Date.parse(upload.creation_date as string) + this.getExpiration() > Date.now()) continue;
      await this.remove(id);
      removed++;
    }
    return removed;
  }

  async truncate(id: string, bytes: number): Promise<void> {
    const handle = await open(this.#path(id), 'r+');
    try {
      const { size } = await handle.stat();
      if (bytes < 0 || bytes > size) throw new RangeError(`An upload of ${size} bytes cannot be cut to ${bytes}`);
      await handle.truncate(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}
