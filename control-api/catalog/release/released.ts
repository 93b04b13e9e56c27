import { sql, type RawBuilder } from 'kysely';
import { everywhere } from './windows.ts';

/** Who looks, from where and when: what is not released for them does not exist for them. */
export interface Onlooker {
  /** ISO 3166-1 alpha-2; undefined when it is not known. */
  readonly region: string | undefined;
  /** An age in years; null: no limit. */
  readonly maturityLimit: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * A condition on a title: that it is released to somebody. The only way from rows to what viewers see; every query of
 * theirs has it, or `isWindowOpen`. The window of the region counts, and where that has none the one of everywhere.
 * @param titleId the column, e.g. `sql.ref('titles.id')`
 */
export function isReleased(titleId: RawBuilder<unknown>, onlooker: Onlooker): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from title_windows as w where w.title_id = ${titleId} and ${isWindowOpen('w', onlooker)})`;
}

/** The same of a row of `title_windows`, by its name in the query: of each title at most one is open to somebody. */
export function isWindowOpen(table: string, { region, now }: Onlooker): RawBuilder<boolean> {
  const regional = region ?? everywhere;
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql<boolean>`(
    (${column('region')} = ${regional} or (${column('region')} = ${everywhere} and not exists (
      select 1 from title_windows as own where own.title_id = ${column('title_id')} and own.region = ${regional})))
    and ${column('opens_at')} <= ${now} and (${column('closes_at')} is null or ${column('closes_at')} > ${now}))`;
}
