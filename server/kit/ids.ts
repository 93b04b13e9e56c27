import { randomBytes } from 'node:crypto';
import { decodeTime, encodeTime } from 'ulid';

/**
 * Every kind of id there is: the prefix tells a reader what an id names wherever it turns up. Who owns a kind adds it,
 * where its rows are typed, under the owner's name, so that the compiler refuses a second owner:
 *
 *     declare module '../../kit/ids.ts' { interface IdPrefixes { upload: 'uploads' } }
 *
 * @public merged into, not imported
 */
export interface IdPrefixes {
  /** Names a request in logs and problems. */
  request: 'http';
}

/** The prefix of an id. */
export type IdPrefix = keyof IdPrefixes;

/** Crockford's base 32 (https://github.com/ulid/spec). */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** What of an id is not time, in characters of five bits each. */
const tailLength = 16;
const tailEnd = 1n << 80n;

/** Time and tail of the last id of this process. */
let lastTime = 0;
let lastTail = 0n;

/** Random bytes that nobody had yet: to ask for many at once costs a fortieth of asking for a few. */
let pool = Buffer.alloc(0);
const poolBytes = 4096;

function randomBits(bytes: number): bigint {
  if (pool.length < bytes) pool = randomBytes(poolBytes);
  const taken = pool.subarray(0, bytes);
  pool = pool.subarray(bytes);
  return BigInt(`0x${taken.toString('hex')}`);
}

function encodeTail(tail: bigint): string {
  let text = '';
  for (let rest = tail, n = 0; n < tailLength; n += 1, rest >>= 5n) text = digits.charAt(Number(rest & 31n)) + text;
  return text;
}

/**
 * A new id such as `asset_01JD3…` (a ULID in Crockford base 32, upper case), larger than every earlier one of this
 * process. The specification's way to keep order within a millisecond is to add one, so that who sees an id knows the
 * next one. Here the step is random, too: 64 bits that nobody can guess.
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now();
  if (now > lastTime) [lastTime, lastTail] = [now, randomBits(10)];
  else lastTail += 1n + randomBits(8);
  // Used up after some ten thousand ids of one millisecond: the next ones are of the following millisecond.
  if (lastTail >= tailEnd) [lastTime, lastTail] = [lastTime + 1, randomBits(9)];
  return `${prefix}_${encodeTime(lastTime)}${encodeTail(lastTail)}`;
}

/** The pattern of an id with this prefix, for schemas and path checks. */
export function idPattern(prefix: IdPrefix): string {
  return `^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`;
}

/** Whether `text` is exactly an id of this kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(idPattern(prefix)).test(text);
}

/** The latest time that a ULID can hold begins with this digit (https://github.com/ulid/spec). */
const lastFirstDigit = '7';

/** The least id that may be of this time, in milliseconds since the epoch: what is less was made before. */
export function leastIdOf(prefix: IdPrefix, time: number): string {
  return `${prefix}_${encodeTime(time)}${'0'.repeat(tailLength)}`;
}

/** When an id of this kind was made, in milliseconds since the epoch; undefined when `text` is none. */
export function timeOfId(prefix: IdPrefix, text: string): number | undefined {
  const withoutPrefix = text.slice(prefix.length + 1);
  if (!isId(prefix, text) || withoutPrefix.charAt(0) > lastFirstDigit) return undefined;
  return decodeTime(withoutPrefix);
}
