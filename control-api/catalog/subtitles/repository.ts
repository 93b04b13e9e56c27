import type { Insertable, Selectable } from 'kysely';
import type { Cue } from '../../../server/assets/subtitles/cue.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import { rootWithin } from '../../title-scope.ts';
import type { Connection, Transaction } from '../../../server/db/port.ts';
import type { SubtitleCuesTable, SubtitlesTable } from '../../../server/db/tables/subtitles.ts';

export type SubtitlesRow = Selectable<SubtitlesTable>;
export type CueRow = Selectable<SubtitleCuesTable>;

/** SQLite binds at most 32,766 values a statement. */
const rowsAtOnce = 1000;

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

export async function insertCues(
  tx: Transaction,
  subtitlesId: string,
  cues: readonly Cue[],
  firstNumber: number,
): Promise<void> {
  const rows = cues.map(({ startMs, endMs, text, settings }, index) => ({
    subtitles_id: subtitlesId,
    number: firstNumber + index,
    start_ms: startMs,
    end_ms: endMs,
    text,
    settings,
  }));
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await tx
      .insertInto('subtitle_cues')
      .values(rows.slice(at, at + rowsAtOnce))
      .execute();
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
