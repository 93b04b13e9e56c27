import { chooseStills } from '../../../server/assets/stills.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { canonicalLanguage } from '../../language.ts';
import { catalogProblems } from '../problems.ts';
import { countChange } from '../release/generation.ts';
import type { Releasing } from '../release/releasing.ts';
import { holdTerm } from '../terms/repository.ts';
import { mostTexts } from '../titles/schemas.ts';
import { holdForChange } from '../titles/editing.ts';
import { noSuchTitle } from '../titles/reading.ts';
import { findTitle, updateTitle } from '../titles/repository.ts';
import {
  findFrames,
  findPictures,
  findPortraits,
  findTitlePictures,
  findVideosBelow,
  putPortrait,
  putTitlePictures,
  touchPictures,
  type Frame,
  type TitlePictureRow,
} from './repository.ts';
import { chainOf, picturesAlong } from './inheritance.ts';
import type { PictureView } from './picture-schema.ts';
import { mostSuggestions, type PutPictures } from './schemas.ts';
import type { PictureShowing } from './showing.ts';
import type { PictureKind, TitlePictureKind } from '../../../server/db/tables/pictures.ts';

export interface PicturesOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly showing: Pick<PictureShowing, 'present'>;
  readonly releasing: Pick<Releasing, 'stepIn'>;
  readonly clock: Clock;
}

type GivenTitle = NonNullable<PutPictures['titles']>[number];
type GivenPerson = NonNullable<PutPictures['people']>[number];

/** What staff see of the pictures of a title. */
interface TitlePictureView {
  readonly kind: TitlePictureKind;
  readonly language: string | null;
  readonly id: string;
  readonly picture: PictureView;
  /** Whose it is. */
  readonly titleId: string;
}

/** Videos of a series from which frames are suggested. */
const mostVideos = 100;

/** Which pictures titles and people have. */
export class Pictures {
  readonly #options: PicturesOptions;

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  /** Of a title, drafts included; and those that it shows for want of its own. @throws ProblemError not_found */
  async list(
    scope: TitleScope,
    titleId: string,
  ): Promise<{ items: TitlePictureView[]; inherited: TitlePictureView[] }> {
    const { db, showing } = this.#options;
    const title = await findTitle(db, scope, titleId);
    if (!title) throw noSuchTitle();
    const rows = await findTitlePictures(db, chainOf(title));
    const pictures = await findPictures(db, [...new Set(rows.map(({ picture }) => picture))]);
    const shown = picturesAlong(title, rows).flatMap(({ kind, language, picture: id, title_id }) => {
      const row = pictures.get(id);
      return row ? [{ kind, language: language || null, id, picture: showing.present(row), titleId: title_id }] : [];
    });
    return {
      items: shown.filter((each) => each.titleId === titleId),
      inherited: shown.filter((each) => each.titleId !== titleId),
    };
  }

  /**
   * Frames of the video of a title, or of those of what is a part of it, from which a picture may be made: the best
   * ones of those that do not look alike. @throws ProblemError not_found
   */
  async suggestions(
    scope: TitleScope,
    titleId: string,
  ): Promise<{ items: Omit<Frame, 'score' | 'fingerprint' | 'titleMs'>[] }> {
    const { db } = this.#options;
    if (!(await findTitle(db, scope, titleId))) throw noSuchTitle();
    const frames = await findFrames(db, await findVideosBelow(db, titleId, mostVideos));
    const byVideo = [...Map.groupBy(frames, ({ assetId }) => assetId).values()];
    // Of each video its own best first, whose beginning and end are known; then the best of all.
    const best = byVideo.flatMap((each) => chooseStills(each, each[0]?.titleMs ?? 0, mostSuggestions));
    const chosen = chooseStills(best, Infinity, mostSuggestions);
    return {
      items: chosen.map(({ assetId, versionId, chunk, atMs, width, height }) => ({
        assetId,
        versionId,
        chunk,
        atMs,
        width,
        height,
      })),
    };
  }

  /**
   * Gives titles and people pictures instead of those that they had, all of them in one moment or none; and publishes
   * the titles in the same one, where that is asked for.
   * @throws ProblemError not_found, title_changed, term_changed, invalid_request; those of `Releasing.step`
   */
  async put(by: Caller, { titles = [], people = [], publish = false }: PutPictures): Promise<void> {
    const ids = [...titles.map(({ titleId }) => titleId), ...people.map(({ personId }) => personId)];
    if (ids.length === 0) throw new ProblemError('invalid_request', 'Name a title or a person.');
    if (new Set(ids).size < ids.length) throw new ProblemError('invalid_request', 'Each is named once.');
    // People are in titles of others as well.
    if (people.length > 0) by.scope.requireAll();
    const { db, releasing, events } = this.#options;
    const roots = await db.transaction().execute(async (tx) => {
      await this.#requirePictures(tx, titles, people);
      const changed = new Set<string>();
      // In one order, so that two requests about the same wait for each other and never both.
      for (const given of people.toSorted((a, b) => (a.personId < b.personId ? -1 : 1))) {
        await this.#putPortrait(tx, by, given);
        changed.add(given.personId);
      }
      for (const given of titles.toSorted((a, b) => (a.titleId < b.titleId ? -1 : 1)))
        changed.add(await this.#putOfTitle(tx, by, given));
      if (publish) await releasing.stepIn(tx, by, { step: 'publish', titles: titles.map(({ titleId }) => titleId) });
      await countChange(tx);
      return changed;
    });
    for (const rootId of roots) await events.publish('titles.changed', { rootId });
  }

  /** Holds the pictures that are given: none of them is removed meanwhile. */
  async #requirePictures(
    tx: Transaction,
    titles: readonly GivenTitle[],
    people: readonly GivenPerson[],
  ): Promise<void> {
    const wanted = [
      ...titles.flatMap(({ pictures }) =>
        pictures.map(({ id, kind }): { id: string; kind: PictureKind } => ({ id, kind })),
      ),
      ...people.flatMap(({ portrait }) => (portrait === null ? [] : [{ id: portrait, kind: 'portrait' as const }])),
    ];
    const ids = [...new Set(wanted.map(({ id }) => id))].sort();
    await touchPictures(tx, ids, this.#options.clock.now());
    const known = await findPictures(tx, ids);
    for (const { id, kind } of wanted) {
      const row = known.get(id);
      if (!row) throw new ProblemError('not_found', `There is no picture ${id}.`);
      if (row.kind !== kind) throw new ProblemError('invalid_request', `${id} is a ${row.kind}, no ${kind}.`);
    }
  }

  async #putOfTitle(tx: Transaction, by: Caller, { titleId, revision, pictures }: GivenTitle): Promise<string> {
    const { clock } = this.#options;
    const rows = pictures.map(({ kind, language, id }) => ({
      title_id: titleId,
      kind,
      language: language == null ? '' : canonicalLanguage(language),
      picture: id,
    }));
    if (new Set(rows.map(({ kind, language }) => `${kind} ${language}`)).size < rows.length)
      throw new ProblemError('invalid_request', 'A title has one picture of a kind for each language.');
    if (new Set(rows.map(({ language }) => language)).size > mostTexts)
      throw new ProblemError('invalid_request', `At most ${mostTexts} languages.`);
    const { root } = await holdForChange(tx, by, titleId, revision);
    const before = await findTitlePictures(tx, [titleId]);
    const now = clock.now();
    // What it loses is kept for a while, for the one who wants it back.
    await touchPictures(
      tx,
      before.map(({ picture }) => picture),
      now,
    );
    await putTitlePictures(tx, titleId, rows);
    await updateTitle(tx, titleId, { updated_at: now });
    await by.audit.record(tx, {
      event: 'title.pictures-changed',
      subject: titleId,
      before: factsOf(before),
      after: factsOf(rows),
    });
    return root.id;
  }

  async #putPortrait(tx: Transaction, by: Caller, { personId, revision, portrait }: GivenPerson): Promise<void> {
    const person = await holdTerm(tx, personId);
    if (!person) throw new ProblemError('not_found', 'There is no such person.');
    if (person.revision !== revision)
      throw new ProblemError(catalogProblems.term_changed, undefined, { extras: { revision: person.revision } });
    const before = (await findPortraits(tx, [personId])).get(personId) ?? null;
    const now = this.#options.clock.now();
    await touchPictures(tx, before === null ? [] : [before], now);
    await putPortrait(tx, personId, portrait);
    await tx
      .updateTable('terms')
      .set({ revision: person.revision + 1, updated_at: now })
      .where('id', '=', personId)
      .execute();
    await by.audit.record(tx, {
      event: 'term.portrait-changed',
      subject: personId,
      before: { portrait: before },
      after: { portrait },
    });
  }
}

/** What the audit log says of pictures, by what they are for. */
const factsOf = (rows: readonly Pick<TitlePictureRow, 'kind' | 'language' | 'picture'>[]) =>
  Object.fromEntries(
    rows.map(({ kind, language, picture }) => [language === '' ? kind : `${kind} (${language})`, picture]),
  );
