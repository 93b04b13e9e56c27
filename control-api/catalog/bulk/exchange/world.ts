import type { Connection } from '../../../../server/db/port.ts';
import { isId } from '../../../../server/kit/ids.ts';
import type { ReadTitle } from './reading.ts';
import { findTerms } from './terms.ts';
import { readTrees, type WholeTitle } from './trees.ts';

/** Whose address it is or was. */
interface SlugOwner {
  readonly subjectId: string;
  readonly isCurrent: boolean;
}

/** What is there of all that a file speaks of. */
export interface World {
  /** Everything under the roots that the file touches. */
  readonly titles: readonly WholeTitle[];
  readonly rootIds: readonly string[];
  /** Titles of the file that are deleted. */
  readonly deleted: ReadonlySet<string>;
  readonly slugs: ReadonlyMap<string, SlugOwner>;
  /** Terms of the file that are there, by what the file calls them. */
  readonly terms: ReadonlyMap<string, { readonly id: string; readonly term: string }>;
  /** Videos of the file that are there. */
  readonly assets: ReadonlySet<string>;
  /** By video the title that has it. */
  readonly holders: ReadonlyMap<string, string>;
}

/** A statement has a bounded number of parameters. */
const atOnce = 1000;

async function inParts<T>(
  values: readonly string[],
  read: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let from = 0; from < values.length; from += atOnce)
    found.push(...(await read(values.slice(from, from + atOnce))));
  return found;
}

const distinct = (values: readonly (string | null | undefined)[]) => [
  ...new Set(values.filter((value) => value !== null && value !== undefined)),
];

/** The slug of a path to a parent: `the-last-tide/1`. */
export const slugOfPath = (path: string) => path.split('/', 1)[0] as string;

/** Looks up all that a file speaks of. */
export async function readWorld(db: Connection, rows: readonly ReadTitle[]): Promise<World> {
  const parents = distinct(rows.map(({ title }) => title.parent));
  const ids = distinct([...rows.map(({ title }) => title.id), ...parents.filter((parent) => isId('title', parent))]);
  const slugs = distinct([
    ...rows.flatMap(({ title }) => [title.slug, ...(title.formerSlugs ?? [])]),
    ...parents.filter((parent) => !isId('title', parent)).map(slugOfPath),
  ]);
  const assetIds = distinct(rows.map(({ title }) => title.assetId));
  const owners = await inParts(slugs, (part) =>
    db
      .selectFrom('slugs')
      .select(['slug', 'subject_id', 'is_current'])
      .where('of', '=', 'title')
      .where('slug', 'in', part)
      .execute(),
  );
  const named = distinct([...ids, ...owners.map((owner) => owner.subject_id)]);
  const found = await inParts(named, (part) =>
    db.selectFrom('titles').select(['id', 'root_id', 'deleted_at']).where('id', 'in', part).execute(),
  );
  const rootIds = distinct(found.flatMap((row) => (row.deleted_at === null ? row.root_id : []))).sort();
  const names = distinct(rows.flatMap(({ title }) => (title.terms ?? []).map(({ term }) => term)));
  const assets = await inParts(assetIds, (part) =>
    db.selectFrom('assets').select('id').where('id', 'in', part).where('state', '!=', 'deleted').execute(),
  );
  const holders = await inParts(assetIds, (part) =>
    db
      .selectFrom('titles')
      .select(['id', 'asset_id'])
      .where('asset_id', 'in', part)
      .where('deleted_at', 'is', null)
      .execute(),
  );
  return {
    titles: await inParts(rootIds, (part) => readTrees(db, part)),
    rootIds,
    deleted: new Set(found.flatMap((row) => (row.deleted_at === null ? [] : row.id))),
    slugs: new Map(
      owners.map((owner) => [owner.slug, { subjectId: owner.subject_id, isCurrent: owner.is_current === 1 }]),
    ),
    terms: new Map(await inParts(names, (part) => findTerms(db, part))),
    assets: new Set(assets.map(({ id }) => id)),
    holders: new Map(holders.map((row) => [row.asset_id ?? '', row.id])),
  };
}
