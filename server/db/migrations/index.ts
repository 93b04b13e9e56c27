import type { Migration } from 'kysely/migration';
import * as spine from './0001-spine.ts';
import * as refreshTokenParents from './0002-refresh-token-parents.ts';

/**
 * Every migration, by the name under which it is recorded. Listed by hand: a file that merely lies in the folder is
 * not run, and a bundled or moved checkout still knows all of them. A released migration is never edited.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-spine': spine,
  '0002-refresh-token-parents': refreshTokenParents,
};
