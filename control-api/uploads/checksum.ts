import { createHash, timingSafeEqual, type Hash } from 'node:crypto';
import { ProblemError } from '../../server/kit/errors.ts';

/** Algorithms of the tus checksum extension; `sha1` is the one that every server must have. */
export const checksumAlgorithms = ['sha1', 'sha256', 'md5'] as const;

/** What a client says its bytes hash to. */
export interface Checksum {
  readonly algorithm: (typeof checksumAlgorithms)[number];
  readonly digest: Buffer;
}

/**
 * Reads `Upload-Checksum: <algorithm> <base64>` (https://tus.io/protocols/resumable-upload#checksum).
 * @throws ProblemError invalid_request when it is malformed or the algorithm is not one of ours
 */
export function parseChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined;
  const [, name, encoded = ''] = /^([a-z0-9]{1,16}) ([A-Za-z0-9+/]{1,128}={0,2})$/.exec(header) ?? [];
  const algorithm = checksumAlgorithms.find((known) => known === name);
  if (!algorithm)
    throw new ProblemError(
      'invalid_request',
      `Upload-Checksum must be one of ${checksumAlgorithms.join(', ')} and base64.`,
      { extras: { allowed: checksumAlgorithms } },
    );
  const digest = Buffer.from(encoded, 'base64');
  if (digest.length !== createHash(algorithm).digest().length)
    throw new ProblemError('invalid_request', `Upload-Checksum is not a ${algorithm} digest.`);
  return { algorithm, digest };
}

export function startHash(checksum: Checksum): Hash {
  return createHash(checksum.algorithm);
}

export function isMatch(hash: Hash, checksum: Checksum): boolean {
  return timingSafeEqual(hash.digest(), checksum.digest);
}
