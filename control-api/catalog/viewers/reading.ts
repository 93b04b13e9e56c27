import type { Database } from '../../../server/db/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { defaultPageSize } from '../../schemas.ts';
import type { PictureShowing } from '../pictures/showing.ts';
import type { PicturesView } from '../pictures/picture-schema.ts';
import type { Onlooker } from '../release/released.ts';
import type { StreamingChoices } from '../streaming/choices.ts';
import { offeredMarkers } from '../streaming/markers.ts';
import { findTermSlugs, findTermTexts } from '../terms/repository.ts';
import type { TitleTerms } from '../terms/title-terms.ts';
import { rootKinds } from '../titles/kinds.ts';
import { noSuchTitle } from '../titles/reading.ts';
import { findTexts, type TitleTextRow } from '../titles/repository.ts';
import { textFor } from '../titles/texts.ts';
import {
  countReleasedParts,
  findAllReleased,
  findReleased,
  findReleasedBySlug,
  findTermsInUse,
  listFeatured,
  listNewest,
  listOfTerm,
  listReleasedParts,
  type ReleasedTitle,
} from './released-titles.ts';
import type { EpisodesQuery, HomeView, NewestQuery, ReleasedTitleView, ShownTerm, TitleCard } from './schemas.ts';

/** Who looks, and in which languages they read, the best first. */
export interface Reader extends Onlooker {
  readonly languages: readonly string[];
}

interface Page {
  readonly items: TitleCard[];
  readonly nextCursor: string | null;
}

export interface ReleasedTitlesOptions {
  readonly db: Database;
  readonly titleTerms: Pick<TitleTerms, 'of'>;
  readonly showing: Pick<PictureShowing, 'ofTitles' | 'portraits'>;
  readonly choices: StreamingChoices;
}

/** Cards of a row of the home page, and the most rows of categories. */
const rowCards = 12;
const mostRows = 20;
/** Seasons, trailers and extras of one title that are shown with it. */
const mostParts = 200;
const placePattern = /^(\d{1,16})\.(title_[0-9A-HJKMNP-TV-Z]{26})$/;

/** The catalogue as viewers see it: what is released where they are, and nothing about anything else. */
export class ReleasedTitles {
  readonly #db: Database;
  readonly #titleTerms: Pick<TitleTerms, 'of'>;
  readonly #showing: Pick<PictureShowing, 'ofTitles' | 'portraits'>;
  /** Of titles that name none. */
  readonly #priceClass: string;

  constructor(options: ReleasedTitlesOptions) {
    this.#db = options.db;
    this.#titleTerms = options.titleTerms;
    this.#showing = options.showing;
    this.#priceClass = options.choices.priceClasses[0] ?? '';
  }

  /** Series and movies, those that were released last first. @throws ProblemError invalid_request for a wrong cursor */
  async newest(query: NewestQuery, reader: Reader): Promise<Page> {
    const { limit = defaultPageSize, kind } = query;
    const [, opensAt, id] = placePattern.exec(query.cursor ?? '') ?? [];
    if (query.cursor !== undefined && id === undefined) throw wrongCursor();
    const after = id === undefined ? undefined : { opensAt: Number(opensAt), id };
    const kinds = kind === undefined ? rootKinds : [kind];
    const page = { kinds, after, limit: limit + 1 };
    const rows =
      query.term === undefined
        ? await listNewest(this.#db, page, reader)
        : await listOfTerm(this.#db, { ...page, termId: query.term }, reader);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { items: await this.#cards(shown, reader), nextCursor: last ? `${last.opens_at}.${last.id}` : null };
  }

  /** What staff put first, what is new, and the newest of each category. */
  async home(reader: Reader): Promise<HomeView> {
    const db = this.#db;
    const kinds = rootKinds;
    const newest = await listNewest(db, { kinds, after: undefined, limit: rowCards }, reader);
    const rows: HomeView['rows'] = [{ of: 'new', term: null, items: await this.#cards(newest, reader) }];
    const categories = await findTermsInUse(db, { kind: 'category' }, reader);
    for (const term of await this.#terms(categories.slice(0, mostRows), reader)) {
      const titles = await listOfTerm(db, { termId: term.id, kinds, after: undefined, limit: rowCards }, reader);
      if (titles.length > 0) rows.push({ of: 'category', term, items: await this.#cards(titles, reader) });
    }
    return { featured: await this.#cards(await listFeatured(db, reader), reader), rows };
  }

  /** @throws ProblemError not_found, also for what is not released */
  async get(id: string, reader: Reader): Promise<ReleasedTitleView> {
    return this.#present(await findReleased(this.#db, id, reader), reader);
  }

  /** The same by any address that it has or had. @throws ProblemError not_found */
  async bySlug(slug: string, reader: Reader): Promise<ReleasedTitleView> {
    return this.#present(await findReleasedBySlug(this.#db, slug, reader), reader);
  }

  /** Categories with something in them, in their order. */
  async categories(reader: Reader): Promise<{ items: ShownTerm[] }> {
    return { items: await this.#terms(await findTermsInUse(this.#db, { kind: 'category' }, reader), reader) };
  }

  /** @throws ProblemError not_found, also for one that nothing of what is there has */
  async term(id: string, reader: Reader): Promise<ShownTerm> {
    const [term] = await this.#terms(await findTermsInUse(this.#db, { id }, reader), reader);
    if (!term) throw new ProblemError('not_found', 'There is no such category, tag or person.');
    return term;
  }

  /** Episodes of a season. @throws ProblemError not_found, invalid_request for a wrong cursor */
  async episodes(seasonId: string, query: EpisodesQuery, reader: Reader): Promise<Page> {
    const { limit = defaultPageSize, cursor } = query;
    if (cursor !== undefined && !/^\d{1,6}$/.test(cursor)) throw wrongCursor();
    const season = await findReleased(this.#db, seasonId, reader);
    if (season?.kind !== 'season') throw noSuchTitle();
    const after = cursor === undefined ? undefined : Number(cursor);
    const page = { parentId: seasonId, kind: 'episode', after, limit: limit + 1 } as const;
    const rows = await listReleasedParts(this.#db, page, reader);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { items: await this.#cards(shown, reader), nextCursor: last ? String(last.number) : null };
  }

  /** Cards of those of some titles that are there, by id. */
  async cardsOf(ids: readonly string[], reader: Reader): Promise<ReadonlyMap<string, TitleCard>> {
    const cards = await this.#cards(await findAllReleased(this.#db, ids, reader), reader);
    return new Map(cards.map((card) => [card.id, card]));
  }

  async #cards(rows: readonly ReleasedTitle[], reader: Reader): Promise<TitleCard[]> {
    const texts = await findTexts(
      this.#db,
      rows.map(({ id }) => id),
    );
    const textsOf = Map.groupBy(texts, (text) => text.title_id);
    const pictures = await this.#showing.ofTitles(rows, reader.languages);
    return rows.map((row) => this.#card(row, textsOf.get(row.id) ?? [], pictures.get(row.id) ?? {}, reader));
  }

  #card(row: ReleasedTitle, texts: readonly TitleTextRow[], pictures: PicturesView, { languages }: Reader): TitleCard {
    return {
      id: row.id,
      kind: row.kind,
      name: textFor(texts, languages, row.original_language).name,
      slug: row.slug,
      number: row.number,
      year: row.year,
      maturity: row.effective_maturity,
      pictures,
      durationMs: isPlayable(row) ? row.duration_ms : null,
      priceClass: row.price_class ?? this.#priceClass,
    };
  }

  async #terms(rows: Awaited<ReturnType<typeof findTermsInUse>>, { languages }: Reader): Promise<ShownTerm[]> {
    const ids = rows.map(({ id }) => id);
    const texts = Map.groupBy(await findTermTexts(this.#db, ids), (text) => text.term_id);
    const slugs = await findTermSlugs(this.#db, ids);
    const portraits = await this.#showing.portraits(ids.filter((id) => id.startsWith('person_')));
    return rows.map(({ id, kind, original_language }) => {
      const { name, about } = textFor(texts.get(id) ?? [], languages, original_language);
      return { id, kind, name, slug: slugs.get(id) ?? '', about, ...portraits.get(id) };
    });
  }

  async #present(row: ReleasedTitle | undefined, reader: Reader): Promise<ReleasedTitleView> {
    if (!row) throw noSuchTitle();
    const db = this.#db;
    const parts = async (kind: 'season' | 'trailer' | 'extra') =>
      listReleasedParts(db, { parentId: row.id, kind, after: undefined, limit: mostParts }, reader);
    const [texts, root, seasons, trailers, extras] = [
      await findTexts(db, [row.id]),
      row.root_id === row.id ? undefined : await findReleased(db, row.root_id, reader),
      row.kind === 'series' ? await parts('season') : [],
      row.kind === 'series' || row.kind === 'movie' ? await parts('trailer') : [],
      row.kind === 'series' || row.kind === 'movie' ? await parts('extra') : [],
    ];
    const text = textFor(texts, reader.languages, row.original_language);
    const ids = seasons.map(({ id }) => id);
    const pictures = (await this.#showing.ofTitles([row], reader.languages)).get(row.id) ?? {};
    const episodes = await countReleasedParts(db, ids, 'episode', reader);
    const seasonCards = await this.#cards(seasons, reader);
    return {
      ...this.#card(row, texts, pictures, reader),
      language: text.language,
      tagline: text.tagline,
      synopsis: text.synopsis,
      root: root ? ((await this.#cards([root], reader))[0] ?? null) : null,
      parentId: row.parent_id,
      isPlayable: isPlayable(row),
      markers: isPlayable(row) ? offeredMarkers(row, row.duration_ms ?? 0) : [],
      terms: (await this.#titleTerms.of([row.id], reader.languages)).get(row.id) ?? [],
      seasons: seasonCards.map((season) => ({ ...season, episodes: episodes.get(season.id) ?? 0 })),
      trailers: await this.#cards(trailers, reader),
      extras: await this.#cards(extras, reader),
    };
  }
}

const isPlayable = ({ asset_state: state }: ReleasedTitle): boolean => state === 'playable' || state === 'ready';

function wrongCursor(): ProblemError {
  return new ProblemError('invalid_request', 'The cursor is not of this list. Begin with the first page.');
}
