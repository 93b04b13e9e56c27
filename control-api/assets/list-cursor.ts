import { idPattern } from '../../server/kit/ids.ts';

/** What a list of assets may be sorted by. */
export const assetSorts = ['added', 'title', 'duration', 'size', 'state'] as const;
export const orders = ['asc', 'desc'] as const;
export type AssetSort = (typeof assetSorts)[number];

/** An order of assets. What is alike is in the order of its ids, so that every asset has one place. */
export interface AssetOrder {
  readonly sort: AssetSort;
  readonly order: (typeof orders)[number];
}

/** A place in a list: behind the asset of this id, which had this value of what is sorted by. */
export interface Place {
  readonly value: string | number;
  readonly id: string;
}

/** Longest cursor: a title of 100 characters, four bytes each, in Base64, and what goes with it. */
export const cursorCharacters = 800;

/** What the values of each order are. */
const kinds: Readonly<Record<AssetSort, 'string' | 'number'>> = {
  added: 'string',
  title: 'string',
  duration: 'number',
  size: 'number',
  state: 'string',
};

const isId = new RegExp(idPattern('asset'));

/**
 * Carries the value that the last asset of a page had, not only its id: the next page goes on from there when that asset
 * was renamed, finished or deleted meanwhile.
 */
export function writeCursor({ sort, order }: AssetOrder, { value, id }: Place): string {
  return Buffer.from(JSON.stringify([sort, order, value, id])).toString('base64url');
}

/** Undefined when it is no cursor of a list in this order. */
export function readCursor(cursor: string, { sort, order }: AssetOrder): Place | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [ofSort, ofOrder, value, id] = parts as unknown[];
  if (ofSort !== sort || ofOrder !== order || typeof id !== 'string' || !isId.test(id)) return undefined;
  if (typeof value !== kinds[sort]) return undefined;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  // PostgreSQL has no U+0000 in texts.
  if (typeof value === 'string' && value.includes('\0')) return undefined;
  return { value: value as string | number, id };
}
