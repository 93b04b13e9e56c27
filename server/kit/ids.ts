import { decodeTime, monotonicFactory } from 'ulid';

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

const ulid = monotonicFactory();

/** A new sortable id such as `asset_01JD3…` (ULID in Crockford base 32, upper case). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${ulid()}`;
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

/** When an id of this kind was made, in milliseconds since the epoch; undefined when `text` is none. */
export function timeOfId(prefix: IdPrefix, text: string): number | undefined {
  const withoutPrefix = text.slice(prefix.length + 1);
  if (!isId(prefix, text) || withoutPrefix.charAt(0) > lastFirstDigit) return undefined;
  return decodeTime(withoutPrefix);
}
