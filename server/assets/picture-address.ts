import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring, SigningKey } from '../keys/port.ts';
import { pictureKey } from './storage-keys.ts';

/**
 * Where the origin serves a picture. What it shows may not be released yet, so its address cannot be guessed, not even
 * by somebody who has the same picture and so knows its hash:
 *
 *     /s/p/<kid>.<signature>/<hash>/<attempt>-<width>.<format>
 *
 * signature = base64url of the first 16 bytes of HMAC-SHA256(key, `picture,<hash>,<attempt>`), as short as RFC 2104 §5
 * allows. It does not expire: an address is good as long as its picture is there, and pictures are public once their
 * title is. So its keys are never removed, and a picture keeps the key that signed it first.
 */
export interface PictureAddress {
  readonly hash: string;
  readonly attempt: string;
}

/** What a picture is served as. `Vary: Accept` would split every cache: clients name the format. */
export type PictureFormat = 'avif' | 'webp' | 'jpg';

const contentTypes: Readonly<Record<PictureFormat, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpg: 'image/jpeg',
};

const prefix = '/s/p/';
const signatureBytes = 16;
/** The whole grammar: nothing to decode, nothing to normalise. */
const grammar =
  /^\/s\/p\/(?<kid>[\w-]{1,32})\.(?<signature>[\w-]{22})\/(?<hash>[0-9a-f]{40})\/(?<attempt>[0-9a-z]{8})-(?<file>[1-9][0-9]{1,3}\.(?<format>avif|webp|jpg))$/;

function sign({ secret }: SigningKey, { hash, attempt }: PictureAddress): Buffer {
  return createHmac('sha256', secret).update(`picture,${hash},${attempt}`).digest().subarray(0, signatureBytes);
}

/**
 * The path of a picture, with `{width}` and `{format}` to be put in.
 * @param kid the key that signed it first; where it is gone, the current one signs
 */
export function picturePath(address: PictureAddress, kid: string, keyring: Keyring): string {
  const key = keyring.find(kid) ?? keyring.current;
  const signature = sign(key, address).toString('base64url');
  return `${prefix}${key.kid}.${signature}/${address.hash}/${address.attempt}-{width}.{format}`;
}

/** Whether a path is one of pictures, genuine or not. */
export function isPicturePath(path: string): boolean {
  return path.startsWith(prefix);
}

/** The object that a genuine path names, and its type; undefined for everything else. The query plays no part. */
export function readPicturePath(
  target: string,
  keyring: Keyring,
): { readonly key: string; readonly contentType: string } | undefined {
  const groups = grammar.exec(target.split('?', 1)[0] ?? '')?.groups as
    Record<'kid' | 'signature' | 'hash' | 'attempt' | 'file' | 'format', string> | undefined;
  const key = groups && keyring.find(groups.kid);
  if (!key) return undefined;
  const { signature, hash, attempt, file, format } = groups;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(key, { hash, attempt });
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Only the canonical encoding, so that caches cannot be split.
  if (given.toString('base64url') !== signature) return undefined;
  return { key: pictureKey(hash, attempt, file), contentType: contentTypes[format as PictureFormat] };
}
