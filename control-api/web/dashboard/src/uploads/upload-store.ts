import * as tus from 'tus-js-client';
import type { Tokens } from '../../../kit/api/client.ts';
import { FileUpload, isUnsent, type UploadStatus } from './upload.ts';

export interface UploadEntry extends UploadStatus {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** An upload that an earlier page began: the file must be chosen again before it goes on. */
export interface UnfinishedUpload {
  readonly fingerprint: string;
  readonly name: string | undefined;
  readonly size: number;
  readonly begun: Date;
}

export interface UploadsSnapshot {
  readonly entries: readonly UploadEntry[];
  readonly unfinished: readonly UnfinishedUpload[];
}

/** The store's own reasons to send a file not at all, in words. */
export interface Refusals {
  empty(): Error;
  /** @param bytes the largest file that is accepted */
  tooLarge(bytes: number): Error;
  inAnotherTab(): Error;
}

/** Files sent at the same time. Browsers open six connections to a server; the page itself needs some of them. */
const atOnce = 2;
const prefix = 'dramabox';

/** Names a file of an account, so that one person never goes on with what another began on the same browser. */
function fingerprintOf(accountId: string, file: File): string {
  return [prefix, accountId, file.size, file.lastModified, file.type, file.name].join('|');
}

function holdName(fingerprint: string): string {
  return `${prefix}-upload|${fingerprint}`;
}

/** All uploads of this page: hands out the places, remembers what is unfinished, tells React what changed. */
export class UploadStore {
  #uploads: FileUpload[] = [];
  #unfinished: UnfinishedUpload[] = [];
  #snapshot: UploadsSnapshot = { entries: [], unfinished: [] };
  #accountId: string | undefined;
  #number = 0;
  /** Ends the hold of a fingerprint that keeps other tabs from sending the same file. */
  readonly #releases = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();
  readonly #endpoint: string;
  readonly #tokens: Tokens;
  readonly #refusals: Refusals;
  readonly #onFinished: () => void;

  constructor(endpoint: string, tokens: Tokens, refusals: Refusals, onFinished: () => void) {
    this.#endpoint = endpoint;
    this.#tokens = tokens;
    this.#refusals = refusals;
    this.#onFinished = onFinished;
    window.addEventListener('online', () => {
      for (const upload of this.#uploads) upload.reconnect();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.#uploads.some(({ status }) => isUnsent(status))) event.preventDefault();
    });
    // Another tab began, finished or discarded something.
    window.addEventListener('storage', ({ key }) => {
      if (key === null || key.startsWith('tus::')) void this.#findUnfinished();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): UploadsSnapshot => this.#snapshot;

  /** Called with the account that is signed in. Signed out pauses; a different account starts with an empty list. */
  async setAccount(accountId: string | undefined): Promise<void> {
    if (accountId === undefined) {
      for (const upload of this.#uploads) upload.pause();
      return;
    }
    if (this.#accountId !== undefined && this.#accountId !== accountId) {
      for (const upload of this.#uploads) this.#release(upload.fingerprint);
      this.#uploads = [];
    }
    this.#accountId = accountId;
    await this.#findUnfinished();
  }

  /**
   * Takes files in; each one that cannot be sent says why in its own line.
   * @param titles the titles of the catalogue whose videos they become, by file
   */
  async add(
    files: readonly File[],
    maxBytes: number | undefined,
    titles: ReadonlyMap<File, string> = new Map(),
  ): Promise<void> {
    const accountId = this.#accountId;
    if (accountId === undefined) return;
    for (const file of files) {
      const fingerprint = fingerprintOf(accountId, file);
      const known = this.#uploads.find(
        (upload) => upload.fingerprint === fingerprint && upload.status.state !== 'finished',
      );
      if (known) {
        await this.resume(known.id);
        continue;
      }
      this.#number += 1;
      const upload = new FileUpload(
        `upload-${this.#number}`,
        file,
        fingerprint,
        this.#endpoint,
        this.#tokens,
        () => this.#changed(upload),
        titles.get(file),
      );
      this.#uploads.push(upload);
      if (file.size === 0) upload.refuse(this.#refusals.empty());
      else if (maxBytes !== undefined && file.size > maxBytes) upload.refuse(this.#refusals.tooLarge(maxBytes));
      else if (!(await this.#hold(fingerprint))) upload.refuse(this.#refusals.inAnotherTab(), true);
    }
    await this.#findUnfinished();
    this.#startNext();
  }

  pause(id: string): void {
    this.#find(id)?.pause();
    this.#startNext();
  }

  async resume(id: string): Promise<void> {
    const upload = this.#find(id);
    if (!upload || upload.isActive) return;
    if (!(await this.#hold(upload.fingerprint))) return upload.refuse(this.#refusals.inAnotherTab(), true);
    upload.queue();
    this.#startNext();
  }

  /** Stops an upload and removes its bytes from the server. The line goes at once; a failure to tell is thrown. */
  async cancel(id: string): Promise<void> {
    const upload = this.#find(id);
    if (!upload) return;
    this.#uploads = this.#uploads.filter((other) => other !== upload);
    this.#publish();
    try {
      await upload.cancel();
    } finally {
      this.#release(upload.fingerprint);
      await this.#findUnfinished();
      this.#startNext();
    }
  }

  /** Takes a finished or refused line off the list. */
  dismiss(id: string): void {
    const upload = this.#find(id);
    if (!upload || upload.isActive) return;
    this.#release(upload.fingerprint);
    this.#uploads = this.#uploads.filter((other) => other !== upload);
    void this.#findUnfinished();
  }

  /** Gives up an upload that an earlier page began. */
  async discard(fingerprint: string): Promise<void> {
    const empty = new FileUpload('', new File([], ''), fingerprint, this.#endpoint, this.#tokens, () => undefined);
    await empty.cancel();
    await this.#findUnfinished();
  }

  #find(id: string): FileUpload | undefined {
    return this.#uploads.find((upload) => upload.id === id);
  }

  #changed(upload: FileUpload): void {
    if (upload.status.state === 'finished') {
      this.#release(upload.fingerprint);
      this.#onFinished();
    }
    this.#publish();
    if (!upload.isActive) this.#startNext();
  }

  #startNext(): void {
    let free = atOnce - this.#uploads.filter((upload) => upload.isActive).length;
    for (const upload of this.#uploads) {
      if (free <= 0) return;
      if (upload.status.state !== 'waiting') continue;
      free -= 1;
      upload.start();
    }
  }

  async #hold(fingerprint: string): Promise<boolean> {
    if (!('locks' in navigator) || this.#releases.has(fingerprint)) return true;
    return new Promise((resolve) => {
      void navigator.locks.request(holdName(fingerprint), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => this.#releases.set(fingerprint, release));
      });
    });
  }

  #release(fingerprint: string): void {
    this.#releases.get(fingerprint)?.();
    this.#releases.delete(fingerprint);
  }

  async #findUnfinished(): Promise<void> {
    const accountId = this.#accountId;
    const start = `tus::${prefix}|${accountId}|`;
    const held = 'locks' in navigator ? ((await navigator.locks.query()).held ?? []) : [];
    const busy = new Set([
      ...this.#uploads.filter((upload) => upload.status.state !== 'refused').map((upload) => upload.fingerprint),
      ...held.map((lock) => lock.name?.slice(`${prefix}-upload|`.length)),
    ]);
    const stored = await tus.defaultOptions.urlStorage.findAllUploads();
    const found = new Map<string, UnfinishedUpload>();
    for (const upload of stored) {
      if (!upload.urlStorageKey.startsWith(start)) continue;
      const fingerprint = upload.urlStorageKey.slice('tus::'.length, upload.urlStorageKey.lastIndexOf('::'));
      if (busy.has(fingerprint)) continue;
      found.set(fingerprint, {
        fingerprint,
        size: upload.size ?? 0,
        begun: new Date(upload.creationTime),
        name: upload.metadata['filename'],
      });
    }
    this.#unfinished = [...found.values()].sort((a, b) => b.begun.getTime() - a.begun.getTime());
    this.#publish();
  }

  #publish(): void {
    this.#snapshot = {
      entries: this.#uploads.map((upload) => ({
        id: upload.id,
        name: upload.file.name,
        size: upload.file.size,
        ...upload.status,
      })),
      unfinished: this.#unfinished,
    };
    for (const listener of this.#listeners) listener();
  }
}
