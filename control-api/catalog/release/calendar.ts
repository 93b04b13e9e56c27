import type { Database } from '../../../server/db/port.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import { rootWithin } from '../../title-scope.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { findTexts } from '../titles/repository.ts';
import { textFor } from '../titles/texts.ts';
import { mostMoments, type CalendarView, type ReleaseMoment } from './calendar-schemas.ts';
import { everywhere } from './windows.ts';

/** The longest time that is looked at, in milliseconds: a year, and the weeks around it that a calendar shows. */
const longestMs = 400 * 86_400_000;

type What = ReleaseMoment['what'];

/** What opens and closes when: the plan of the staff. */
export class Calendar {
  readonly #db: Database;

  constructor({ db }: { readonly db: Database }) {
    this.#db = db;
  }

  /** @throws ProblemError invalid_request when the time is too long, or ends before it begins */
  async read(
    scope: TitleScope,
    given: { readonly from: string; readonly to: string },
    languages: readonly string[],
  ): Promise<CalendarView> {
    const [from, to] = [Date.parse(given.from), Date.parse(given.to)];
    if (!(from < to) || to - from > longestMs)
      throw new ProblemError('invalid_request', '`to` comes after `from`, by 400 days at most.');
    const found = [
      ...(await this.#moments(scope, 'opens', from, to)),
      ...(await this.#moments(scope, 'closes', from, to)),
    ];
    found.sort(
      (one, other) => one.at - other.at || compare(one.title_id, other.title_id) || compare(one.region, other.region),
    );
    const shown = found.slice(0, mostMoments);
    const names = await this.#names([...new Set(shown.flatMap((row) => [row.title_id, row.root_id]))], languages);
    return {
      items: shown.map((row) => ({
        at: toIso(row.at),
        what: row.what,
        region: row.region,
        timeZone: row.time_zone,
        titleId: row.title_id,
        rootId: row.root_id,
        kind: row.kind,
        number: row.number,
        name: names.get(row.title_id) ?? '',
        rootName: names.get(row.root_id) ?? '',
        state: row.state,
        isSeen: row.isSeen,
      })),
      isWhole: found.length <= mostMoments,
    };
  }

  /** One more than are shown when there are more. */
  async #moments(scope: TitleScope, what: What, from: number, to: number) {
    const column = what === 'opens' ? 'opens_at' : 'closes_at';
    const rows = await this.#db
      .selectFrom('releases')
      .innerJoin('titles', 'titles.id', 'releases.title_id')
      .select(['title_id', 'root_id', 'kind', 'number', 'state', 'region', 'time_zone'])
      .select(({ ref }) => ref(`releases.${column}`).$notNull().as('at'))
      .where('deleted_at', 'is', null)
      .where(rootWithin(scope))
      .where(`releases.${column}`, '>=', from)
      .where(`releases.${column}`, '<', to)
      // What opens as it closes is a region that is left out.
      .where((where) => where.or([where('closes_at', 'is', null), where('closes_at', '>', where.ref('opens_at'))]))
      .orderBy(`releases.${column}`)
      .orderBy('title_id')
      .orderBy('region')
      .limit(mostMoments + 1)
      .execute();
    const windows = await this.#windows([...new Set(rows.map(({ title_id }) => title_id))]);
    return rows.map((row) => {
      const regions = windows.get(row.title_id);
      const window = regions?.get(row.region) ?? regions?.get(everywhere);
      return { ...row, what, isSeen: window?.[column] === row.at };
    });
  }

  async #windows(titleIds: readonly string[]) {
    const rows = await inParts(titleIds, (ids) =>
      this.#db
        .selectFrom('title_windows')
        .select(['title_id', 'region', 'opens_at', 'closes_at'])
        .where('title_id', 'in', ids)
        .execute(),
    );
    return new Map(
      [...Map.groupBy(rows, (row) => row.title_id)].map(([id, each]) => [
        id,
        new Map(each.map((row) => [row.region, row])),
      ]),
    );
  }

  async #names(titleIds: readonly string[], languages: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = Map.groupBy(await inParts(titleIds, (ids) => findTexts(this.#db, ids)), (text) => text.title_id);
    const originals = await inParts(titleIds, (ids) =>
      this.#db.selectFrom('titles').select(['id', 'original_language']).where('id', 'in', ids).execute(),
    );
    return new Map(
      originals.map(({ id, original_language }) => [
        id,
        textFor(texts.get(id) ?? [], languages, original_language).name,
      ]),
    );
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** A statement has a bounded number of parameters. */
const mostAtOnce = 500;

async function inParts<T>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < ids.length; at += mostAtOnce) found.push(...(await read(ids.slice(at, at + mostAtOnce))));
  return found;
}
