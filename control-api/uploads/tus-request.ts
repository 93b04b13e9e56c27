import type { Caller } from '../../server/http/writes/audit.ts';
import type { Checksum } from './checksum.ts';
import type { UploadRow } from './repository.ts';

/** What the data store and the hooks of the tus library need to know of the request in hand, and what they found. */
export interface TusRequest {
  /** Who creates or continues it. */
  readonly by: Caller | undefined;
  readonly uploadId: string;
  readonly checksum: Checksum | undefined;
  /** How long the body is, when the client says so, in bytes. */
  readonly contentLength: number | undefined;
  /** The upload's row: read once, before its lock is taken. What can change of it is decided by conditional updates. */
  upload?: UploadRow;
  /** When it expires, in milliseconds since the epoch. */
  expiresAt?: number;
  assetId?: string;
  /** What went wrong, before the library made a bare text of it. */
  error?: unknown;
}
