import type { Connection, Database } from '../../../../server/db/port.ts';
import { everyTitle, type TitleScope } from '../../../../server/kit/title-scope.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { firstNumber } from '../../titles/kinds.ts';
import { noSuchTitle } from '../../titles/reading.ts';
import { findParts, findTitle, type TitleRow } from '../../titles/repository.ts';
import { missingBetween, planSeason, type PlannedFile } from '../names/season-plan.ts';
import type { FilePlanProblem, PlanSeason, SeasonPlanView } from './schemas.ts';

/** Greatest number of a season or an episode. */
const greatest = 100_000;

/** A series with the seasons that files may belong to; one season alone where only that was named. */
export interface SeriesParts {
  readonly series: TitleRow;
  readonly seasons: readonly TitleRow[];
  /** The season that was named; undefined when the series was. */
  readonly only: TitleRow | undefined;
}

/** @throws ProblemError not_found; invalid_request when it is neither a series nor a season */
export async function findSeriesParts(db: Connection, scope: TitleScope, id: string): Promise<SeriesParts> {
  const title = await findTitle(db, scope, id);
  if (!title || title.deleted_at !== null) throw noSuchTitle();
  if (title.kind !== 'series' && title.kind !== 'season')
    throw new ProblemError('invalid_request', `A ${title.kind} has no episodes.`);
  const series = title.kind === 'series' ? title : await findTitle(db, everyTitle, title.root_id);
  if (!series || series.deleted_at !== null) throw noSuchTitle();
  const only = title.kind === 'season' ? title : undefined;
  return { series, only, seasons: await findParts(db, series.id, 'season') };
}

/** Which season an episode belongs to, by its number or by what there is; or why that is open. */
export function seasonOf(
  said: number | undefined,
  { only, seasons }: Pick<SeriesParts, 'only' | 'seasons'>,
): number | 'which-season' | 'other-season' {
  if (only) return said === undefined || said === only.number ? (only.number ?? 1) : 'other-season';
  if (said !== undefined) return said;
  // Specials are no season that anybody means without saying so.
  const usual = seasons.filter(({ number }) => number !== 0);
  return usual.length > 1 ? 'which-season' : (usual[0]?.number ?? 1);
}

interface Placed extends PlannedFile {
  readonly seasonNumber: number | undefined;
  readonly problem: FilePlanProblem | undefined;
}

/** Says which episodes of a series many files are, by their names and by what is there. Changes nothing. */
export class SeasonPlanning {
  readonly #db: Database;

  constructor({ db }: { readonly db: Database }) {
    this.#db = db;
  }

  /** @throws ProblemError not_found, invalid_request */
  async plan(scope: TitleScope, id: string, { files }: PlanSeason): Promise<SeasonPlanView> {
    const parts = await findSeriesParts(this.#db, scope, id);
    const placed = placeFiles(planSeason(files).files, parts);
    const numbers = [...new Set(placed.flatMap(({ seasonNumber }) => seasonNumber ?? []))].sort((a, b) => a - b);
    const present = new Map<number, readonly TitleRow[]>();
    for (const number of numbers) {
      const season = parts.seasons.find((each) => each.number === number);
      present.set(number, season ? await findParts(this.#db, season.id, 'episode') : []);
    }
    return {
      files: placed.map(({ filename, seasonNumber, episode, name, dropped, problem }) => {
        const there = present.get(seasonNumber ?? -1)?.find(({ number }) => number === episode);
        return {
          filename,
          season: seasonNumber ?? null,
          episode: episode ?? null,
          name: name ?? null,
          dropped: [...dropped],
          titleId: there?.id ?? null,
          assetId: there?.asset_id ?? null,
          problem: problem ?? (there && there.asset_id !== null ? 'has-video' : null),
        };
      }),
      seasons: numbers.map((number) => ({
        number,
        titleId: parts.seasons.find((season) => season.number === number)?.id ?? null,
        missing: [
          ...missingBetween([
            ...(present.get(number) ?? []).map((row) => row.number ?? 0),
            ...placed.flatMap((file) => (file.seasonNumber === number ? (file.episode ?? []) : [])),
          ]),
        ],
      })),
    };
  }
}

function placeFiles(files: readonly PlannedFile[], parts: SeriesParts): readonly Placed[] {
  const placed = files.map((file): Placed => {
    if (file.unclear !== undefined) return { ...file, seasonNumber: undefined, problem: file.unclear };
    const season = seasonOf(file.season, parts);
    if (typeof season === 'string') return { ...file, seasonNumber: undefined, problem: season };
    const isPossible = (file.episode ?? 0) >= firstNumber('episode') && (file.episode ?? 0) <= greatest;
    return {
      ...file,
      seasonNumber: season,
      problem: isPossible && season <= greatest ? undefined : 'impossible-number',
    };
  });
  // `S01E03` and `E03` are the same once it is known which season is meant.
  const key = ({ seasonNumber, episode }: Placed) => `${seasonNumber}/${episode}`;
  const times = Map.groupBy(
    placed.filter(({ problem }) => problem === undefined),
    key,
  );
  return placed.map((file) =>
    file.problem === undefined && (times.get(key(file))?.length ?? 0) > 1 ? { ...file, problem: 'twice' } : file,
  );
}
