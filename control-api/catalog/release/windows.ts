import type { TitleState } from '../../../server/db/tables/titles.ts';

/** Stands for every region that nothing else is said about. */
export const everywhere = '*';

/** From when until when, in milliseconds since the epoch; `closesAt` null: without end. */
export interface Window {
  readonly opensAt: number;
  readonly closesAt: number | null;
}

/** A title, as far as its windows depend on it. */
export interface ReleaseFacts {
  readonly state: TitleState;
  readonly isDeleted: boolean;
  /** By region; without any it is there as long as what it is a part of is. */
  readonly releases: ReadonlyMap<string, Window>;
}

const always: Window = { opensAt: 0, closesAt: null };
/** It opens as it closes: a region where a title is not there, while it is everywhere else. */
const never: Window = { opensAt: 0, closesAt: 0 };

function windowOf({ state, isDeleted, releases }: ReleaseFacts, region: string): Window {
  if (state !== 'published' || isDeleted) return never;
  if (releases.size === 0) return always;
  return releases.get(region) ?? releases.get(everywhere) ?? never;
}

const isEmpty = ({ opensAt, closesAt }: Window): boolean => closesAt !== null && closesAt <= opensAt;

function both(one: Window, other: Window): Window {
  const ends = [one.closesAt, other.closesAt].filter((end) => end !== null);
  const common = {
    opensAt: Math.max(one.opensAt, other.opensAt),
    closesAt: ends.length === 0 ? null : Math.min(...ends),
  };
  return isEmpty(common) ? never : common;
}

const isSame = (one: Window, other: Window): boolean =>
  one.opensAt === other.opensAt && one.closesAt === other.closesAt;

/**
 * When a title is there for viewers, by region: while it is published and released there, and everything that it is a
 * part of is, too. The window of a region is under its name if there is one, else under `*`; without either the title
 * is not there. Regions that are as everywhere are left out.
 * @param chain the title, what it is a part of, and so on up to the root
 */
export function effectiveWindows(chain: readonly ReleaseFacts[]): ReadonlyMap<string, Window> {
  const inRegion = (region: string) => chain.map((facts) => windowOf(facts, region)).reduce(both, always);
  const usual = inRegion(everywhere);
  const named = new Set(chain.flatMap(({ releases }) => [...releases.keys()]));
  named.delete(everywhere);
  const windows = new Map([...named].sort().map((region) => [region, inRegion(region)]));
  for (const [region, window] of windows) if (isSame(window, usual)) windows.delete(region);
  return isEmpty(usual) ? windows : new Map([[everywhere, usual], ...windows]);
}

/** Whether a title with these windows is there for somebody in a region (undefined: not known) at a moment. */
export function isOpen(windows: ReadonlyMap<string, Window>, region: string | undefined, now: number): boolean {
  const window = (region === undefined ? undefined : windows.get(region)) ?? windows.get(everywhere);
  return window !== undefined && window.opensAt <= now && (window.closesAt === null || now < window.closesAt);
}
