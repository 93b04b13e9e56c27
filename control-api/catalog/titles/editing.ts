import { holdAsset } from '../../../server/assets/lifecycle/statements.ts';
import { tracksChanged } from '../../../server/assets/tracks.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import { isUniqueViolation } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import { isAssetWithin, type ScopedWho } from '../../title-scope.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { displayText } from '../../display-text.ts';
import { canonicalLanguage } from '../../language.ts';
import { catalogProblems } from '../problems.ts';
import type { Effects } from '../release/effects.ts';
import { giveSlug } from '../slugs.ts';
import { requireKnown, type StreamingChoices } from '../streaming/choices.ts';
import { findDuration } from '../streaming/counting.ts';
import { markersText } from '../streaming/marker-text.ts';
import { columnsOfMarkers, markersOf, noMarkers, requireMarkers } from '../streaming/markers.ts';
import { firstNumber, isRoot, isWatched, mayBePartOf } from './kinds.ts';
import { noSuchTitle } from './reading.ts';
import {
  deleteText,
  findTexts,
  holdTitle,
  insertTitle,
  nextNumber,
  putText,
  updateTitle,
  type HeldTitle,
  type TitleRow,
} from './repository.ts';
import {
  mostTexts,
  nameCharacters,
  synopsisCharacters,
  taglineCharacters,
  type ChangeTitle,
  type CreateTitle,
} from './schemas.ts';
import { displayParagraphs, type TitleText } from './texts.ts';

export interface EditingOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly effects: Effects;
  readonly choices: StreamingChoices;
  readonly clock: Clock;
}

/** Making titles, and changing what they say and point at. */
export class TitleEditing {
  readonly #options: EditingOptions;

  constructor(options: EditingOptions) {
    this.#options = options;
  }

  /**
   * @returns the id of the new title
   * @throws ProblemError invalid_request, not_found, number_taken, slug_taken, asset_taken
   */
  async create(by: Caller, given: CreateTitle): Promise<string> {
    const { db, effects } = this.#options;
    const row = await db.transaction().execute(async (tx) => {
      const made = await this.createIn(tx, by, given);
      await effects.store(tx, made.root_id);
      return made;
    });
    await this.#tell(row.root_id);
    return row.id;
  }

  /**
   * Makes a title in a transaction of somebody else, who then writes what follows from it (`Effects`).
   * @throws ProblemError what `create` throws
   */
  async createIn(tx: Transaction, by: Caller, given: CreateTitle): Promise<TitleRow> {
    const id = newId('title');
    const language = canonicalLanguage(given.originalLanguage);
    const text = shownText(language, given.text);
    const parent = await this.#parentOf(tx, by, given);
    const now = this.#options.clock.now();
    const row: TitleRow = {
      id,
      kind: given.kind,
      parent_id: parent?.title.id ?? null,
      root_id: parent?.root.id ?? id,
      number: parent ? (given.number ?? (await nextNumber(tx, parent.title.id, given.kind))) : null,
      state: 'draft',
      asset_id: null,
      original_language: language,
      maturity: given.maturity ?? null,
      effective_maturity: 0,
      year: given.year ?? null,
      top_rung: given.topRung ?? null,
      free_episodes: given.freeEpisodes ?? null,
      quality_preset: given.qualityPreset ?? null,
      ladder: given.ladder ?? null,
      price_class: given.priceClass ?? null,
      ...columnsOfMarkers(noMarkers),
      revision: 1,
      created_at: now,
      updated_at: now,
      published_at: null,
      deleted_at: null,
    };
    requireNumber(row, row.number);
    requireFree(row);
    requireKnown(this.#options.choices, given, undefined);
    await refusingTaken(row, () => insertTitle(tx, row));
    await putText(tx, id, text);
    if (isRoot(given.kind)) await giveSlug(tx, { of: 'title', id, slug: given.slug, name: text.name, now });
    else if (given.slug !== undefined)
      throw new ProblemError('invalid_request', 'Only series and movies have addresses.');
    if (given.assetId !== undefined) await this.#putAsset(tx, by, row, given.assetId);
    const after = { kind: row.kind, name: text.name, parent: row.parent_id };
    await by.audit.record(tx, { event: 'title.created', subject: id, after });
    return row;
  }

  /**
   * Changes what is named, and leaves the rest.
   * @throws ProblemError not_found, title_changed, invalid_request, number_taken, slug_taken, asset_taken,
   *   ladder_unknown, price_class_unknown, markers_overlap, marker_outside_video
   */
  async change(by: Caller, id: string, given: ChangeTitle): Promise<void> {
    const { db, effects } = this.#options;
    const rootId = await db.transaction().execute(async (tx) => {
      const held = await holdForChange(tx, by, id, given.revision);
      await this.changeIn(tx, by, held.title, given);
      await effects.store(tx, held.root.id);
      return held.root.id;
    });
    await this.#tell(rootId);
  }

  /**
   * Changes a title whose root is held, in a transaction of somebody else, who then writes what follows from it
   * (`Effects`).
   * @param by who does it; `actor` where no request does
   * @throws ProblemError invalid_request, number_taken, slug_taken, asset_taken
   */
  async changeIn(
    tx: Transaction,
    by: ScopedWho & Pick<Caller, 'audit'>,
    title: TitleRow,
    given: Omit<ChangeTitle, 'revision'>,
    actor?: string,
  ): Promise<void> {
    const { id } = title;
    const now = this.#options.clock.now();
    const language =
      given.originalLanguage === undefined ? title.original_language : canonicalLanguage(given.originalLanguage);
    const markers = given.markers && { ...markersOf(title), ...given.markers };
    const change = {
      original_language: language,
      ...(given.number !== undefined && { number: given.number }),
      ...(given.maturity !== undefined && { maturity: given.maturity }),
      ...(given.year !== undefined && { year: given.year }),
      ...(given.topRung !== undefined && { top_rung: given.topRung }),
      ...(given.freeEpisodes !== undefined && { free_episodes: given.freeEpisodes }),
      ...(given.qualityPreset !== undefined && { quality_preset: given.qualityPreset }),
      ...(given.ladder !== undefined && { ladder: given.ladder }),
      ...(given.priceClass !== undefined && { price_class: given.priceClass }),
      ...(markers && columnsOfMarkers(markers)),
      updated_at: now,
    };
    if (given.number !== undefined) requireNumber(title, given.number);
    requireFree({ ...title, ...change });
    requireKnown(this.#options.choices, given, title);
    if (markers) {
      const assetId = given.assetId === undefined ? title.asset_id : given.assetId;
      requireMarkers(title.kind, markersOf(title), markers, await findDuration(tx, assetId));
    }
    await this.#changeTexts(tx, id, language, given.texts ?? {});
    await refusingTaken({ ...title, ...change }, () => updateTitle(tx, id, change));
    if (given.slug !== undefined) {
      if (!isRoot(title.kind)) throw new ProblemError('invalid_request', 'Only series and movies have addresses.');
      await giveSlug(tx, { of: 'title', id, slug: given.slug, name: '', now });
    }
    if (given.assetId !== undefined) await this.#putAsset(tx, by, title, given.assetId);
    await by.audit.record(tx, {
      event: 'title.changed',
      subject: id,
      ...(actor !== undefined && { actor }),
      before: factsOf(title),
      after: {
        ...factsOf({ ...title, ...change, ...(given.assetId !== undefined && { asset_id: given.assetId }) }),
        ...(given.slug !== undefined && { slug: given.slug }),
        ...(given.texts && { texts: Object.keys(given.texts).join(' ') }),
      },
    });
  }

  async #parentOf(
    tx: Transaction,
    { scope }: Caller,
    { kind, parentId, number }: CreateTitle,
  ): Promise<HeldTitle | undefined> {
    if (parentId === undefined) {
      if (!isRoot(kind)) throw new ProblemError('invalid_request', `Of what is this ${kind} a part? Name its parent.`);
      if (number !== undefined) throw new ProblemError('invalid_request', `A ${kind} has no number.`);
      scope.requireAll();
      return undefined;
    }
    const parent = await holdTitle(tx, scope, parentId);
    if (!parent || parent.title.deleted_at !== null || parent.root.deleted_at !== null) throw noSuchTitle();
    if (!mayBePartOf(kind, parent.title.kind))
      throw new ProblemError('invalid_request', `${kind} cannot be a part of ${parent.title.kind}.`);
    return parent;
  }

  async #changeTexts(
    tx: Transaction,
    id: string,
    original: string,
    given: NonNullable<ChangeTitle['texts']>,
  ): Promise<void> {
    const texts = new Map((await findTexts(tx, [id])).map((text) => [text.language, text as TitleText]));
    for (const [tag, text] of Object.entries(given)) {
      const language = canonicalLanguage(tag);
      if (text === null) {
        texts.delete(language);
        await deleteText(tx, id, language);
      } else {
        const { tagline = null, synopsis = null } = texts.get(language) ?? {};
        const shown = shownText(language, { tagline, synopsis, ...text });
        texts.set(language, shown);
        await putText(tx, id, shown);
      }
    }
    if (!texts.has(original))
      throw new ProblemError('invalid_request', `There must be a text in the original language (${original}).`);
    if (texts.size > mostTexts) throw new ProblemError('invalid_request', `At most ${mostTexts} languages.`);
  }

  /** Points a title at its video, which may be another one than before: everything else stays. */
  async #putAsset(tx: Transaction, by: ScopedWho, title: TitleRow, assetId: string | null): Promise<void> {
    if (assetId === title.asset_id) return;
    if (!isWatched(title.kind)) throw new ProblemError('invalid_request', `A ${title.kind} has no video of its own.`);
    if (assetId !== null) {
      const asset = await holdAsset(tx, assetId);
      if (!asset || asset.state === 'deleted' || !(await isAssetWithin(tx, by, assetId)))
        throw new ProblemError('not_found', 'There is no such asset.');
      const other = await tx
        .selectFrom('titles')
        .select(['id', 'root_id'])
        .where('asset_id', '=', assetId)
        .where('deleted_at', 'is', null)
        .where('id', '!=', title.id)
        .executeTakeFirst();
      if (other) throw assetTaken(by.scope.includes(other.root_id) ? other.id : undefined);
    }
    try {
      if (title.asset_id !== null) await this.#options.effects.tellWithdrawn(tx, title.asset_id);
      await tx.updateTable('titles').set({ asset_id: assetId }).where('id', '=', title.id).execute();
      // Each video offers the subtitles of the title that it is of.
      for (const id of [title.asset_id, assetId]) if (id !== null) await tracksChanged(tx, this.#options.outbox, id);
    } catch (error) {
      // Somebody gave it to another one in this very moment.
      if (isUniqueViolation(error)) throw assetTaken(undefined);
      throw error;
    }
  }

  async #tell(rootId: string): Promise<void> {
    await this.#options.events.publish('titles.changed', { rootId });
  }
}

/**
 * Holds a title that is there, and that nobody changed since `revision`.
 * @throws ProblemError not_found, title_changed
 */
export async function holdForChange(
  tx: Transaction,
  { scope }: Pick<ScopedWho, 'scope'>,
  id: string,
  revision: number | undefined,
): Promise<HeldTitle> {
  const held = await holdTitle(tx, scope, id);
  if (!held || held.title.deleted_at !== null) throw noSuchTitle();
  const current = held.title.revision;
  if (revision !== undefined && revision !== current)
    throw new ProblemError(
      catalogProblems.title_changed,
      'Somebody else has changed this title since you looked at it. Look at it again.',
      { extras: { revision: current } },
    );
  return held;
}

/** What the audit log says of a title. */
const factsOf = (row: TitleRow) => ({
  number: row.number,
  originalLanguage: row.original_language,
  maturity: row.maturity,
  year: row.year,
  topRung: row.top_rung,
  freeEpisodes: row.free_episodes,
  qualityPreset: row.quality_preset,
  ladder: row.ladder,
  priceClass: row.price_class,
  markers: markersText(markersOf(row)) || null,
  assetId: row.asset_id,
});

function assetTaken(titleId: string | undefined): ProblemError {
  const extras = titleId === undefined ? {} : { titleId };
  return new ProblemError(catalogProblems.asset_taken, 'Another title has this video.', { extras });
}

function requireNumber({ kind }: Pick<TitleRow, 'kind'>, number: number | null): void {
  if (number === null) return;
  if (isRoot(kind)) throw new ProblemError('invalid_request', `A ${kind} has no number.`);
  if (number < firstNumber(kind))
    throw new ProblemError('invalid_request', `The numbers of ${kind}s begin with ${firstNumber(kind)}.`);
}

export function requireFree({ kind, free_episodes: free }: Pick<TitleRow, 'kind' | 'free_episodes'>): void {
  if (free === null || kind === 'series' || (kind === 'movie' && free <= 1)) return;
  throw new ProblemError('invalid_request', 'Series have free episodes, and a movie is free as a whole (1).');
}

/** What two titles cannot both have, as a problem. The transaction is over then on PostgreSQL. */
async function refusingTaken(row: TitleRow, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ProblemError(catalogProblems.number_taken, `There is another ${row.kind} ${row.number ?? ''} here.`, {
      extras: { number: row.number ?? 0 },
      cause: error,
    });
  }
}

/** A text as it is kept. @throws ProblemError invalid_request when nothing of the name can be seen */
export function shownText(
  language: string,
  {
    name,
    tagline,
    synopsis,
  }: { readonly name: string; readonly tagline?: string | null; readonly synopsis?: string | null },
): TitleText {
  const shown = displayText(name, nameCharacters);
  if (shown === '') throw new ProblemError('invalid_request', 'The name has nothing that can be seen.');
  return {
    language,
    name: shown,
    tagline: displayText(tagline ?? '', taglineCharacters) || null,
    synopsis: displayParagraphs(synopsis ?? '', synopsisCharacters) || null,
  };
}
