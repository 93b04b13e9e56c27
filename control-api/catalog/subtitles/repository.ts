import type { Insertable, Selectable } from 'kysely';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import { rootWithin } from '../../title-scope.ts';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { SubtitleCuesTable, SubtitlesTable, TextExtractionsTable } from '../../../server/db/tables/subtitles.ts';

export type SubtitlesRow = Selectable<SubtitlesTable>;
export type CueRow = Selectable<SubtitleCuesTable>;

export async function findSubtitles(db: Connection, titleId: string): Promise<SubtitlesRow[]> {
  return db.selectFrom('subtitles').selectAll().where('title_id', '=', titleId).orderBy('id').execute();
}

/** @param scope those of other titles are not there */
export async function findOne(db: Connection, scope: TitleScope, id: string): Promise<SubtitlesRow | undefined> {
  return db
    .selectFrom('subtitles')
    .innerJoin('titles', 'titles.id', 'subtitles.title_id')
    .selectAll('subtitles')
    .where('subtitles.id', '=', id)
    .where(rootWithin(scope))
    .executeTakeFirst();
}

/** Cues by their beginning, behind the one that `after` names. */
export async function findCues(
  db: Connection,
  subtitlesId: string,
  {
    after,
    fromMs,
    limit,
  }: {
    readonly after: { readonly startMs: number; readonly number: number } | undefined;
    readonly fromMs: number;
    readonly limit: number;
  },
): Promise<CueRow[]> {
  let query = db
    .selectFrom('subtitle_cues')
    .selectAll()
    .where('subtitles_id', '=', subtitlesId)
    .where('start_ms', '>=', Math.max(fromMs, after?.startMs ?? 0));
  if (after)
    query = query.where(({ or, and, eb }) =>
      or([
        eb('start_ms', '>', after.startMs),
        and([eb('start_ms', '=', after.startMs), eb('number', '>', after.number)]),
      ]),
    );
  return query.orderBy('start_ms').orderBy('number').limit(limit).execute();
}

export async function findCuesByNumber(
  db: Connection,
  subtitlesId: string,
  numbers: readonly number[],
): Promise<CueRow[]> {
  if (numbers.length === 0) return [];
  return db
    .selectFrom('subtitle_cues')
    .selectAll()
    .where('subtitles_id', '=', subtitlesId)
    .where('number', 'in', numbers)
    .execute();
}

export async function insertSubtitles(tx: Transaction, row: Insertable<SubtitlesTable>): Promise<void> {
  await tx.insertInto('subtitles').values(row).execute();
}

/** Its revision counts on. The title must be held. */
export async function updateSubtitles(
  tx: Transaction,
  id: string,
  change: Partial<Omit<SubtitlesRow, 'id' | 'title_id' | 'revision'>>,
): Promise<void> {
  await tx
    .updateTable('subtitles')
    .set((expression) => ({ ...change, revision: expression('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function deleteSubtitles(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('subtitles').where('id', '=', id).execute();
}

export async function updateCue(tx: Transaction, { subtitles_id, number, ...change }: CueRow): Promise<void> {
  await tx
    .updateTable('subtitle_cues')
    .set(change)
    .where('subtitles_id', '=', subtitles_id)
    .where('number', '=', number)
    .execute();
}

/** Without `numbers`: all of them. */
export async function deleteCues(tx: Transaction, subtitlesId: string, numbers?: readonly number[]): Promise<void> {
  if (numbers?.length === 0) return;
  let query = tx.deleteFrom('subtitle_cues').where('subtitles_id', '=', subtitlesId);
  if (numbers) query = query.where('number', 'in', numbers);
  await query.execute();
}

/** Moves all cues. What the bounds are is the caller's to see. */
export async function shiftCues(tx: Transaction, subtitlesId: string, byMs: number): Promise<void> {
  await tx
    .updateTable('subtitle_cues')
    .set((expression) => ({ start_ms: expression('start_ms', '+', byMs), end_ms: expression('end_ms', '+', byMs) }))
    .where('subtitles_id', '=', subtitlesId)
    .execute();
}

/** When the first cue begins, and when the last one begins; undefined when there are none. */
export async function cueBounds(
  db: Connection,
  subtitlesId: string,
): Promise<{ readonly first: number; readonly last: number; readonly end: number } | undefined> {
  const { first, last, end } = await db
    .selectFrom('subtitle_cues')
    .select(({ fn }) => [fn.min('start_ms').as('first'), fn.max('start_ms').as('last'), fn.max('end_ms').as('end')])
    .where('subtitles_id', '=', subtitlesId)
    .executeTakeFirstOrThrow();
  return first === null || last === null || end === null ? undefined : { first, last, end };
}

/** A track of the title's video that somebody wanted as subtitles. */
export interface TakenRow extends Pick<Selectable<TextExtractionsTable>, 'stream' | 'state' | 'problem'> {
  /** What was made of it, while that is there. */
  readonly subtitles_id: string | null;
}

export async function findTaken(db: Connection, titleId: string, assetId: string): Promise<TakenRow[]> {
  return db
    .selectFrom('text_extractions')
    .leftJoin('subtitles', (join) =>
      join
        .onRef('subtitles.title_id', '=', 'text_extractions.title_id')
        .onRef('subtitles.taken_from_asset_id', '=', 'text_extractions.asset_id')
        .onRef('subtitles.taken_from_stream', '=', 'text_extractions.stream'),
    )
    .select(['stream', 'state', 'problem', 'subtitles.id as subtitles_id'])
    .where('text_extractions.title_id', '=', titleId)
    .where('text_extractions.asset_id', '=', assetId)
    .execute();
}

/** Notes that a track is wanted; once more where it is noted already. */
export async function wantText(
  tx: Transaction,
  { titleId, assetId, stream }: { readonly titleId: string; readonly assetId: string; readonly stream: number },
  now: number,
): Promise<void> {
  await tx
    .insertInto('text_extractions')
    .values({
      title_id: titleId,
      asset_id: assetId,
      stream,
      state: 'waiting',
      problem: null,
      tries: 1,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['title_id', 'asset_id', 'stream'])
        .doUpdateSet((expression) => ({
          state: 'waiting',
          problem: null,
          tries: expression('text_extractions.tries', '+', 1),
          updated_at: now,
        })),
    )
    .execute();
}
