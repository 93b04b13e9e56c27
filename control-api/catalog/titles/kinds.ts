import type { TitleKind } from '../../../server/db/tables/titles.ts';

interface KindRule {
  /** What it may be a part of; none: it is a root. */
  readonly partOf: readonly TitleKind[];
  /** Whether it has a video of its own. */
  readonly isWatched: boolean;
  /** The least number it may have. */
  readonly firstNumber: 0 | 1;
}

/** What each kind of title may be. The only place that says so. */
const rules: Readonly<Record<TitleKind, KindRule>> = {
  series: { partOf: [], isWatched: false, firstNumber: 1 },
  movie: { partOf: [], isWatched: true, firstNumber: 1 },
  // Season 0 holds specials, as everywhere in the trade.
  season: { partOf: ['series'], isWatched: false, firstNumber: 0 },
  episode: { partOf: ['season'], isWatched: true, firstNumber: 1 },
  trailer: { partOf: ['series', 'movie'], isWatched: true, firstNumber: 1 },
  extra: { partOf: ['series', 'movie'], isWatched: true, firstNumber: 1 },
};

export const titleKinds = Object.keys(rules) as readonly TitleKind[];

/** The kinds that stand alone, and that others are a part of. */
export const rootKinds: readonly TitleKind[] = titleKinds.filter(isRoot);

/** Whether titles of this kind are a part of nothing. */
export function isRoot(kind: TitleKind): boolean {
  return rules[kind].partOf.length === 0;
}

/** Whether one of this kind may be a part of one of that kind. */
export function mayBePartOf(kind: TitleKind, parent: TitleKind): boolean {
  return rules[kind].partOf.includes(parent);
}

/** Whether titles of this kind have a video of their own. */
export function isWatched(kind: TitleKind): boolean {
  return rules[kind].isWatched;
}

/** The least number that a title of this kind may have among its siblings. */
export function firstNumber(kind: TitleKind): 0 | 1 {
  return rules[kind].firstNumber;
}
