import type { Readable } from 'node:stream';
import { ProblemError } from '../kit/errors.ts';

/** A stored object as listings and look-ups describe it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Changes whenever the content does. Without quotes. */
  readonly etag: string;
}

/** Thrown by reads of a key that does not exist. */
export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
  readonly key: string;
  constructor(key: string, options?: ErrorOptions) {
    super(`No object at ${key}`, options);
    this.key = key;
  }
}

/** Thrown by the read of a part when the object is another one by now: its parts do not belong together. */
export class ObjectReplaced extends Error {
  override readonly name = 'ObjectReplaced';
  constructor(key: string, options?: ErrorOptions) {
    super(`${key} was replaced while it was read`, options);
  }
}

/** A part of an object. */
export interface ByteRange {
  readonly start: number;
  /** Included. What lies behind the object's end is left out. */
  readonly end: number;
  /** Of no other object than the one that this is the etag of. */
  readonly etag?: string;
}

/**
 * Thrown when a key is not `/`-separated parts of ASCII letters, digits, `.`, `_` and `-`, none empty or with a dot
 * in front (so: not absolute, no `..`, NUL or backslash), at most 255 bytes each and 1024 in all.
 */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';
}

/** Whether an error, or what caused it, is that the store does not answer: nothing is wrong with the work, it must wait. */
export function isStorageUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ProblemError && cause.code === 'storage_unavailable') return true;
  return false;
}

/**
 * The bytes of uploads, which arrive piece by piece and become one object each, at `sources/<uploadId>`. It knows
 * nothing of an upload but its bytes: what it is called and when it expires is remembered elsewhere. One caller at a
 * time for each upload. Ids that are no part of a key are refused with `InvalidKey`.
 */
export interface UploadStore {
  /**
   * Begins an upload, without a byte yet. Repeating it changes nothing.
   * @param expectedBytes how large it will be: object stores choose the size of their parts by it, once
   */
  begin(uploadId: string, expectedBytes: number): Promise<void>;
  /** How many bytes are there to be continued from, also after the process that wrote them was killed; undefined when there is no such upload. */
  received(uploadId: string): Promise<number | undefined>;
  /**
   * Appends what the stream brings and returns how many bytes are there then, once they outlast a power failure. When
   * the stream breaks or the process is killed, what came before may be there, in order and without a gap. When it
   * fails, the stream is destroyed.
   * @param offset what `received` says
   * @throws ObjectNotFound when there is no such upload; RangeError when it does not continue at `offset`;
   *   ProblemError `insufficient_storage`, `storage_unavailable`; what the stream was destroyed with
   */
  append(uploadId: string, offset: number, bytes: Readable): Promise<number>;
  /** Makes the object of all that was received. Repeating it is harmless, also at the same time. @throws ObjectNotFound */
  finish(uploadId: string): Promise<void>;
  /** Removes its bytes, finished or not. Removing what is not there succeeds. */
  remove(uploadId: string): Promise<void>;
  /**
   * The ids of uploads that were begun, are neither finished nor removed, and that `list` does not show: nobody would
   * find the bytes of one whose row was lost. None where uploads in hand are listed among the sources.
   */
  unlisted(): AsyncIterable<string>;
}

/** The longest life of an address that `presign` makes, in milliseconds: what both object stores allow. */
export const longestPresignedMs = 7 * 24 * 3_600_000;

/** What somebody without an account of the store may do, and for how long. */
export type PresignOptions =
  | {
      readonly method: 'GET';
      /** Milliseconds, 1 second to `longestPresignedMs`. */
      readonly expiresInMs: number;
      /** Under which name browsers save it; without one they may show it. */
      readonly fileName?: string;
    }
  | {
      readonly method: 'PUT';
      readonly expiresInMs: number;
      readonly contentType: string;
      /** Exactly so many, and no others are taken. */
      readonly bytes: number;
    };

/** One request that may be sent to the store as it is, by anybody who is given it. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  /** A secret until it expires. */
  readonly url: string;
  /** Headers that must go with it, besides `content-length`, which every client sets. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** @throws RangeError for a life that is not between a second and `longestPresignedMs` */
export function assertPresignable({ expiresInMs }: PresignOptions): void {
  if (!(expiresInMs >= 1000 && expiresInMs <= longestPresignedMs))
    throw new RangeError(`An address that is valid for ${expiresInMs} ms cannot be made: a second to seven days`);
}

/** How an object is brought to a local file. */
export interface Transfer {
  /**
   * Called with the size in bytes before any is copied or downloaded, not at all where a hard link does; when it fails,
   * nothing is made and the transfer fails with the same.
   */
  readonly beforeCopy?: (bytes: number) => Promise<void>;
  /** Called now and then with how many bytes are there; they never become fewer. */
  readonly onBytes?: (bytes: number) => void;
  /** Ends the transfer, of which nothing stays. */
  readonly signal?: AbortSignal;
}

/**
 * Objects by key (see `server/assets/storage-keys.ts`). A write is atomic: readers see the old object, then the new
 * one, never a part; writing the same key again replaces it. Deleting what is not there succeeds. A key is either an
 * object or a folder of objects, never both: callers see to that. The disk refuses the second one with `InvalidKey`;
 * object stores would take it, and to find out costs a request for each write. Every method refuses keys that are none
 * with `InvalidKey`; a full disk is the problem `insufficient_storage`, a store that cannot be reached, answers too
 * late or asks for a pause is `storage_unavailable`.
 */
export interface Storage {
  /** Writes a whole object. */
  put(key: string, body: Buffer | string): Promise<void>;
  /** Writes a whole object unless there is one at the key, and says whether it did. Of several at once, one does. */
  putNew(key: string, body: Buffer | string): Promise<boolean>;
  /** Writes the content of a local file; the file stays where it is and may be deleted afterwards. */
  putFile(key: string, path: string): Promise<void>;
  /**
   * Reads a whole object in one go.
   * @param signal once it is aborted, the read rejects with its reason as soon as the backend can be left, and holds
   *   no connection any more
   * @throws ObjectNotFound
   */
  read(key: string, signal?: AbortSignal): Promise<Buffer>;
  /**
   * Streams an object, or a part of it.
   * @throws ObjectNotFound, ObjectReplaced, InvalidKey, RangeError (as the stream's error)
   */
  stream(key: string, range?: ByteRange): Readable;
  /** Describes an object, or undefined when it does not exist. `signal` is what it is for `read`. */
  stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined>;
  /**
   * Every object whose key starts with `prefix` (ending in `/` or empty), in key order. What is not taken of it is not
   * asked for, but for the page at hand.
   * @param after only keys behind this one, which need not exist: what lies before it is not looked at
   */
  list(prefix: string, after?: string): AsyncIterable<StoredObject>;
  /**
   * The folders directly below `prefix` (which ends in `/` or is empty), as prefixes that end in `/`, in order. Neither
   * the objects beside them nor what lies deeper is looked at; one whose last object has just gone may still be named.
   * @param after only folders behind this one, which is such a prefix and need not exist
   */
  listPrefixes(prefix: string, after?: string): AsyncIterable<string>;
  delete(key: string): Promise<void>;
  /** Deletes every object below a prefix, which ends in `/` and is never empty. */
  deletePrefix(prefix: string): Promise<void>;
  /**
   * Makes the object available as a local file at `path` (hard link, copy or download, see `download.ts`; the target's
   * folder exists, the target does not). The caller must not write to it. Nothing is left of one that fails.
   * @throws ObjectNotFound; ProblemError `insufficient_storage`; the signal's reason; what `beforeCopy` throws
   */
  materialize(key: string, path: string, transfer?: Transfer): Promise<void>;
  /**
   * A request by which somebody reads or writes this object directly, whether it exists or not; undefined where the
   * backend has no such thing (a disk): then it goes through this server.
   * @throws RangeError for a life that is not between a second and `longestPresignedMs`
   */
  presign(key: string, options: PresignOptions): Promise<PresignedRequest | undefined>;
  /** Free bytes for new objects, or undefined where the backend has no such limit. */
  freeBytes(): Promise<number | undefined>;
  uploadStore(): UploadStore;
  /** Resolves when the backend answers and can be read and written to; rejects with the reason otherwise. */
  check(): Promise<void>;
  /**
   * What an operator should change about the backend, in sentences, e.g. a bucket that anybody can read. It may ask a
   * lot: for `doctor`, not for every start.
   */
  warnings(): Promise<readonly string[]>;
  /**
   * Removes what killed processes left of their writes (no listing shows it, but object stores ask money for it), once
   * it is older than this many milliseconds: longer than any write takes. Uploads in hand are none, however old.
   * Returns how many things it removed.
   */
  collectLeftovers(olderThanMs: number): Promise<number>;
  /** Gives connections back. Nothing may be asked afterwards. */
  close(): Promise<void>;
}
