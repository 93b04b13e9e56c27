import { subtitleLimits, SubtitleRefused } from '../../../server/assets/subtitles/cue.ts';
import type { SubtitleEncoding } from '../../../server/assets/subtitles/encoding.ts';
import { readSubtitles, type ReadSubtitles } from '../../../server/assets/subtitles/read.ts';
import { tracksChanged } from '../../../server/assets/tracks.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { displayText } from '../../display-text.ts';
import { canonicalLanguage } from '../../language.ts';
import { catalogProblems } from '../problems.ts';
import { holdForChange } from '../titles/editing.ts';
import { isWatched } from '../titles/kinds.ts';
import { noSuchTitle } from '../titles/reading.ts';
import { findTitle, type TitleRow } from '../titles/repository.ts';
import { changesOf } from './cue-changes.ts';
import { factsOf, presentCue } from './presentation.ts';
import {
  cueBounds,
  deleteCues,
  deleteSubtitles,
  findCuesByNumber,
  findOne,
  findSubtitles,
  insertCues,
  insertSubtitles,
  shiftCues,
  updateCue,
  updateSubtitles,
  type SubtitlesRow,
} from './repository.ts';
import {
  labelCharacters,
  mostSubtitles,
  type ChangeCues,
  type ChangedCues,
  type ChangeSubtitles,
  type CreateSubtitles,
  type ReadFileView,
  type ReplaceCues,
  type Shift,
} from './schemas.ts';

export interface SubtitleOptions {
  readonly db: Database;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly clock: Clock;
}

/** Subtitles that are held, with the title that they belong to. */
interface Held {
  readonly title: TitleRow;
  readonly row: SubtitlesRow;
}

/**
 * Making and changing subtitles. Everything holds the title, so changes come one after another on any number of
 * processes, and each names the revision that it was made for: nobody overwrites what they have not seen.
 */
export class SubtitleEditing {
  readonly #options: SubtitleOptions;

  constructor(options: SubtitleOptions) {
    this.#options = options;
  }

  /**
   * @returns its id, and what was read
   * @throws ProblemError not_found, invalid_request, subtitles_refused
   */
  async create(
    by: Caller,
    titleId: string,
    given: CreateSubtitles,
  ): Promise<{ readonly id: string; readonly file: ReadFileView | null }> {
    const found = await findTitle(this.#options.db, by.scope, titleId);
    if (!found) throw noSuchTitle();
    const read =
      given.content === undefined ? undefined : await this.#read(found.asset_id, given.content, given.encoding);
    const now = this.#options.clock.now();
    const row: SubtitlesRow = {
      id: newId('subtitles'),
      title_id: titleId,
      language: canonicalLanguage(given.language),
      label: labelOf(given.label),
      is_forced: Number(given.isForced ?? false),
      is_sdh: Number(given.isSdh ?? false),
      is_on: Number(given.isOn ?? true),
      timed_for_asset_id: found.asset_id,
      cues: read?.cues.length ?? 0,
      next_cue: (read?.cues.length ?? 0) + 1,
      revision: 1,
      created_at: now,
      updated_at: now,
    };
    await this.#commit(async (tx) => {
      const { title } = await holdForChange(tx, by, titleId, undefined);
      if (!isWatched(title.kind))
        throw new ProblemError('invalid_request', `A ${title.kind} has no video, and so no subtitles.`);
      if ((await findSubtitles(tx, titleId)).length >= mostSubtitles)
        throw new ProblemError('invalid_request', `A title has at most ${mostSubtitles} subtitles.`);
      await insertSubtitles(tx, row);
      await insertCues(tx, row.id, read?.cues ?? [], 1);
      await this.#tell(tx, title);
      await by.audit.record(tx, { subject: row.id, after: factsOf(row) });
    });
    return { id: row.id, file: read ? presentRead(read) : null };
  }

  /**
   * Gives subtitles the texts of another file, instead of those that they have.
   * @throws ProblemError not_found, subtitles_changed, subtitles_refused
   */
  async replace(by: Caller, id: string, { revision, content, encoding }: ReplaceCues): Promise<ReadFileView> {
    const { db, clock } = this.#options;
    const found = await findOne(db, by.scope, id);
    const title = found && (await findTitle(db, by.scope, found.title_id));
    if (!title) throw noSuchSubtitles();
    const read = await this.#read(title.asset_id, content, encoding);
    await this.#change(by, id, revision, async (tx, held) => {
      await deleteCues(tx, id);
      await insertCues(tx, id, read.cues, held.row.next_cue);
      await updateSubtitles(tx, id, {
        cues: read.cues.length,
        next_cue: held.row.next_cue + read.cues.length,
        timed_for_asset_id: title.asset_id,
        updated_at: clock.now(),
      });
    });
    return presentRead(read);
  }

  /** @throws ProblemError not_found, subtitles_changed, invalid_request */
  async change(by: Caller, id: string, { revision, ...given }: ChangeSubtitles): Promise<void> {
    const { clock } = this.#options;
    await this.#change(by, id, revision, (tx, { title }) =>
      updateSubtitles(tx, id, {
        ...(given.language !== undefined && { language: canonicalLanguage(given.language) }),
        ...(given.label !== undefined && { label: labelOf(given.label) }),
        ...(given.isForced !== undefined && { is_forced: Number(given.isForced) }),
        ...(given.isSdh !== undefined && { is_sdh: Number(given.isSdh) }),
        ...(given.isOn !== undefined && { is_on: Number(given.isOn) }),
        ...(given.timesAreRight && { timed_for_asset_id: title.asset_id }),
        updated_at: clock.now(),
      }),
    );
  }

  /**
   * Changes, adds and removes some texts, all of them or none.
   * @throws ProblemError not_found, subtitles_changed, subtitles_refused, invalid_request
   */
  async changeCues(by: Caller, id: string, { revision, changes }: ChangeCues): Promise<ChangedCues> {
    const { clock } = this.#options;
    return this.#change(by, id, revision, async (tx, { row, title }) => {
      const numbers = changes.flatMap(({ number }) => (number === undefined ? [] : [number]));
      const durationMs = await durationOf(tx, title.asset_id);
      const { removed, changed, added } = changesOf(changes, await findCuesByNumber(tx, id, numbers), row, durationMs);
      const cues = row.cues - removed.length + added.length;
      if (cues > subtitleLimits.cues)
        throw new ProblemError('invalid_request', `Subtitles have at most ${subtitleLimits.cues} texts.`);
      await deleteCues(tx, id, removed);
      for (const cue of changed) await updateCue(tx, cue);
      for (const cue of added) await insertCues(tx, id, [presentCue(cue)], cue.number);
      await updateSubtitles(tx, id, { cues, next_cue: row.next_cue + added.length, updated_at: clock.now() });
      return { revision: row.revision + 1, changed: [...changed, ...added].map(presentCue) };
    });
  }

  /**
   * Moves all texts in time. Refused where one would begin before the video, or when it is over: nothing gets lost.
   * @throws ProblemError not_found, subtitles_changed, invalid_request
   */
  async shift(by: Caller, id: string, { revision, byMs }: Shift): Promise<void> {
    const { clock } = this.#options;
    await this.#change(by, id, revision, async (tx, { title }) => {
      const bounds = await cueBounds(tx, id);
      const durationMs = await durationOf(tx, title.asset_id);
      if (bounds && bounds.first + byMs < 0)
        throw new ProblemError('invalid_request', 'The first text would begin before the video does.');
      if (bounds && bounds.last + byMs >= (durationMs ?? subtitleLimits.durationMs))
        throw new ProblemError('invalid_request', 'The last text would begin when the video is over.');
      await shiftCues(tx, id, byMs);
      await updateSubtitles(tx, id, { timed_for_asset_id: title.asset_id, updated_at: clock.now() });
    });
  }

  /** @throws ProblemError not_found, subtitles_changed */
  async remove(by: Caller, id: string, revision: number): Promise<void> {
    await this.#commit(async (tx) => {
      const { title, row } = await hold(tx, by, id, revision);
      await deleteSubtitles(tx, id);
      await this.#tell(tx, title);
      await by.audit.record(tx, { subject: id, before: factsOf(row) });
    });
  }

  async #read(assetId: string | null, content: string, encoding: SubtitleEncoding | undefined): Promise<ReadSubtitles> {
    const durationMs = await durationOf(this.#options.db, assetId);
    return refusing(() =>
      readSubtitles(Buffer.from(content, 'base64'), {
        ...(durationMs !== undefined && { durationMs }),
        ...(encoding !== undefined && { encoding }),
      }),
    );
  }

  async #change<T>(
    by: Caller,
    id: string,
    revision: number,
    change: (tx: Transaction, held: Held) => Promise<T>,
  ): Promise<T> {
    return this.#commit(async (tx) => {
      const held = await hold(tx, by, id, revision);
      const result = await change(tx, held);
      await this.#tell(tx, held.title);
      const after = (await findOne(tx, by.scope, id)) as SubtitlesRow;
      await by.audit.record(tx, { subject: id, before: factsOf(held.row), after: factsOf(after) });
      return result;
    });
  }

  async #commit<T>(change: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await this.#options.db.transaction().execute(change);
    this.#options.outbox.wake();
    return result;
  }

  async #tell(tx: Transaction, { asset_id: assetId }: TitleRow): Promise<void> {
    if (assetId !== null) await tracksChanged(tx, this.#options.outbox, assetId);
  }
}

/** How long the title's video is, in milliseconds; undefined where nobody knows yet. */
async function durationOf(db: Database | Transaction, assetId: string | null): Promise<number | undefined> {
  if (assetId === null) return undefined;
  const asset = await db.selectFrom('assets').select('duration_ms').where('id', '=', assetId).executeTakeFirst();
  return asset?.duration_ms || undefined;
}

async function hold(tx: Transaction, { scope }: Caller, id: string, revision: number): Promise<Held> {
  const found = await findOne(tx, scope, id);
  if (!found) throw noSuchSubtitles();
  const { title } = await holdForChange(tx, { scope }, found.title_id, undefined);
  const row = await findOne(tx, scope, id);
  if (!row) throw noSuchSubtitles();
  if (row.revision !== revision)
    throw new ProblemError(
      catalogProblems.subtitles_changed,
      'Somebody else has changed these subtitles since you looked at them. Look at them again.',
      { extras: { revision: row.revision } },
    );
  return { title, row };
}

/** What a file is refused for, as a problem. */
function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SubtitleRefused)) throw error;
    throw new ProblemError(catalogProblems.subtitles_refused, `${error.message}.`, {
      extras: { ...(error.line !== undefined && { line: error.line }) },
      cause: error,
    });
  }
}

export function noSuchSubtitles(): ProblemError {
  return new ProblemError('not_found', 'There are no such subtitles.');
}

const labelOf = (label: string | null | undefined): string | null => displayText(label ?? '', labelCharacters) || null;

function presentRead({ format, encoding, encodingIsGuess, empty, cut }: ReadSubtitles): ReadFileView {
  return { format, encoding, encodingIsGuess, empty, cut };
}
