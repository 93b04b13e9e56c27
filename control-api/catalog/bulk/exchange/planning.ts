import type { TitleKind } from '../../../../server/db/tables/titles.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { isId, newId } from '../../../../server/kit/ids.ts';
import { canonicalLanguage } from '../../../language.ts';
import { releaseRows } from '../../release/releasing.ts';
import { requireFree, shownText } from '../../titles/editing.ts';
import { requireKnown, type StreamingChoices } from '../../streaming/choices.ts';
import { noMarkers, requireMarkers } from '../../streaming/markers.ts';
import { titleTermRows } from '../../terms/title-terms.ts';
import { isRoot, mayBePartOf } from '../../titles/kinds.ts';
import { draftOf, type Draft, type DraftFields } from './drafts.ts';
import type { ReadTitle } from './reading.ts';
import type { ExchangedTitle, ImportProblem } from './schemas.ts';
import { inTurns } from './turns.ts';
import { slugOfPath, type World } from './world.ts';

const depth: Readonly<Record<TitleKind, number>> = { series: 0, movie: 0, season: 1, trailer: 1, extra: 1, episode: 2 };

/** What a file makes of the titles that are there. */
export interface Planned {
  /** Everything under the roots that the file touches, and what it makes: parents before their parts. */
  readonly drafts: readonly Draft[];
  readonly problems: readonly ImportProblem[];
}

/** Lays a file against what is there: which title each row is, and what becomes of it. Changes nothing. */
export async function planImport(
  rows: readonly ReadTitle[],
  world: World,
  choices: StreamingChoices,
): Promise<Planned> {
  const plan = new Plan(world, choices);
  const placed = rows
    .map((each) => ({ ...each, kind: plan.kindOf(each) }))
    .sort((one, other) => depth[one.kind ?? 'series'] - depth[other.kind ?? 'series']);
  for await (const some of inTurns(placed)) for (const { row, title, kind } of some) plan.add(row, title, kind);
  return { drafts: [...plan.drafts.values()], problems: plan.problems };
}

const placeKey = (parentId: string, kind: TitleKind, number: number) => `${parentId}/${kind}/${number}`;

class Plan {
  readonly drafts: Map<string, Draft>;
  readonly problems: ImportProblem[] = [];
  readonly #world: World;
  readonly #choices: StreamingChoices;
  readonly #bySlug = new Map<string, string>();
  readonly #byPlace = new Map<string, string>();
  /** The last number of each kind in a parent. */
  readonly #last = new Map<string, number>();

  constructor(world: World, choices: StreamingChoices) {
    this.#world = world;
    this.#choices = choices;
    this.drafts = new Map(world.titles.map((title) => [title.row.id, draftOf(title)]));
    for (const draft of this.drafts.values()) this.#index(draft);
  }

  /** What is there already keeps its address and place: rows are laid against the present. */
  #index({ id, kind, parentId, after }: Draft): void {
    const keep = (index: Map<string, string>, key: string) => index.set(key, index.get(key) ?? id);
    if (after.slug !== undefined) keep(this.#bySlug, after.slug);
    if (parentId === null || after.number === null) return;
    keep(this.#byPlace, placeKey(parentId, kind, after.number));
    const key = `${parentId}/${kind}`;
    this.#last.set(key, Math.max(this.#last.get(key) ?? 0, after.number));
  }

  #refuse(row: number, column: string | null, message: string): undefined {
    this.problems.push({ row, column, message });
    return undefined;
  }

  /** Runs what may refuse a value. */
  #try<T>(row: number, column: string, value: () => T): T | undefined {
    try {
      return value();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return this.#refuse(row, column, error.message);
    }
  }

  /** What kind of title a row is, as far as that can be known before its parents are. */
  kindOf({ title }: ReadTitle): TitleKind | undefined {
    const known = this.drafts.get(title.id ?? this.#bySlug.get(title.slug ?? '') ?? '');
    return title.kind ?? known?.kind;
  }

  add(row: number, title: ExchangedTitle, kind: TitleKind | undefined): void {
    if (title.id !== undefined && this.#world.deleted.has(title.id))
      return this.#refuse(row, 'id', 'This title is deleted. Restore it first.');
    if (kind === undefined) return this.#refuse(row, 'kind', 'is missing');
    const parent = this.#parentOf(row, title);
    if (parent === 'wrong') return;
    const known = this.#find(title, kind, parent);
    if (known && known.kind !== kind) return this.#refuse(row, 'kind', `It is a ${known.kind}, and stays one.`);
    if (known?.row !== undefined) return this.#refuse(row, null, `Row ${known.row} is of the same title.`);
    if (known && parent && known.parentId !== parent.id)
      return this.#refuse(row, 'parent', 'A title stays where it is.');
    const draft = known ?? this.#make(row, title, kind, parent);
    if (!draft) return;
    draft.row = row;
    this.drafts.set(draft.id, draft);
    this.#apply(row, title, draft);
    this.#index(draft);
  }

  #parentOf(row: number, { parent }: ExchangedTitle): Draft | 'wrong' | undefined {
    if (parent === undefined || parent === null) return undefined;
    const found = this.drafts.get(isId('title', parent) ? parent : this.#idOfPath(parent));
    if (found) return found;
    this.#refuse(row, 'parent', `There is no ${parent}, neither here nor in the file.`);
    return 'wrong';
  }

  #idOfPath(path: string): string {
    const root = this.#bySlug.get(slugOfPath(path)) ?? '';
    const [, number] = path.split('/');
    return number === undefined ? root : (this.#byPlace.get(placeKey(root, 'season', Number(number))) ?? '');
  }

  /** By its id, else by its address, else by its place. */
  #find(title: ExchangedTitle, kind: TitleKind, parent: Draft | undefined): Draft | undefined {
    if (title.id !== undefined) return this.drafts.get(title.id);
    const { slug, number } = title;
    if (isRoot(kind)) return this.drafts.get(this.#bySlug.get(slug ?? '') ?? '');
    if (!parent || number === undefined || number === null) return undefined;
    return this.drafts.get(this.#byPlace.get(placeKey(parent.id, kind, number)) ?? '');
  }

  #make(row: number, title: ExchangedTitle, kind: TitleKind, parent: Draft | undefined): Draft | undefined {
    if (isRoot(kind) !== (parent === undefined))
      return this.#refuse(row, 'parent', parent ? `A ${kind} is a part of nothing.` : 'is missing');
    if (parent && !mayBePartOf(kind, parent.kind))
      return this.#refuse(row, 'parent', `${kind} cannot be a part of ${parent.kind}.`);
    if (title.originalLanguage === undefined) return this.#refuse(row, 'originalLanguage', 'is missing');
    const id = title.id ?? newId('title');
    const next = parent ? (this.#last.get(`${parent.id}/${kind}`) ?? 0) + 1 : null;
    return {
      id,
      kind,
      parentId: parent?.id ?? null,
      rootId: parent?.rootId ?? id,
      before: undefined,
      row,
      after: {
        number: next,
        state: 'draft',
        slug: undefined,
        formerSlugs: [],
        originalLanguage: title.originalLanguage,
        maturity: null,
        year: null,
        topRung: null,
        freeEpisodes: null,
        qualityPreset: null,
        ladder: null,
        priceClass: null,
        markers: noMarkers,
        terms: [],
        assetId: null,
        publishedAt: null,
        releases: [],
        texts: new Map(),
      },
    };
  }

  /** Writes what a row says into a draft; what it does not name stays. */
  #apply(row: number, title: ExchangedTitle, { id, kind, before, after }: Draft): void {
    const { number, slug, formerSlugs, publishedAt, releases } = title;
    if (number !== undefined && number !== null) after.number = number;
    after.state = title.state ?? after.state;
    if (slug !== undefined && slug !== null) after.slug = slug;
    const kept = new Set([...after.formerSlugs, ...(formerSlugs ?? [])]);
    const previous = before?.slug;
    if (previous !== undefined) kept.add(previous);
    if (after.slug !== undefined) kept.delete(after.slug);
    after.formerSlugs = [...kept].sort();
    if (title.maturity !== undefined) after.maturity = title.maturity;
    if (title.year !== undefined) after.year = title.year;
    if (title.topRung !== undefined) after.topRung = title.topRung;
    if (title.freeEpisodes !== undefined) after.freeEpisodes = title.freeEpisodes;
    this.#try(row, 'freeEpisodes', () => {
      requireFree({ kind, free_episodes: after.freeEpisodes });
    });
    this.#applyStreaming(row, title, { kind, before, after });
    this.#applyTerms(row, title, id, after);
    if (title.assetId !== undefined) after.assetId = title.assetId;
    if (title.originalLanguage !== undefined)
      after.originalLanguage =
        this.#try(row, 'originalLanguage', () => canonicalLanguage(title.originalLanguage ?? '')) ??
        after.originalLanguage;
    if (publishedAt !== undefined && publishedAt !== null) {
      if (!before) after.publishedAt = Date.parse(publishedAt);
      else if (Date.parse(publishedAt) !== after.publishedAt)
        this.#refuse(row, 'publishedAt', 'When it first was published is not changed.');
    }
    if (releases !== undefined)
      after.releases = this.#try(row, 'releases', () => releaseRows(id, releases)) ?? after.releases;
    this.#applyTexts(row, title, after);
    if (isRoot(kind) ? after.number !== null : (slug ?? null) !== null || (formerSlugs ?? []).length > 0)
      this.#refuse(row, isRoot(kind) ? 'number' : 'slug', `A ${kind} has none.`);
  }

  /** A video is not asked how long it is: what it is too short for is kept, as it is where it came from. */
  #applyStreaming(
    row: number,
    title: ExchangedTitle,
    { kind, before, after }: Pick<Draft, 'kind' | 'before' | 'after'>,
  ) {
    const { qualityPreset, ladder, priceClass, markers } = title;
    if (qualityPreset !== undefined) after.qualityPreset = qualityPreset;
    this.#try(row, 'ladder', () => {
      requireKnown(this.#choices, { ...(ladder !== undefined && { ladder }) }, before?.row);
      if (ladder !== undefined) after.ladder = ladder;
    });
    this.#try(row, 'priceClass', () => {
      requireKnown(this.#choices, { ...(priceClass !== undefined && { priceClass }) }, before?.row);
      if (priceClass !== undefined) after.priceClass = priceClass;
    });
    if (markers === undefined) return;
    const now = { ...noMarkers, ...markers };
    this.#try(row, 'markers', () => {
      requireMarkers(kind, after.markers, now);
      after.markers = now;
    });
  }

  #applyTerms(row: number, { terms }: ExchangedTitle, id: string, after: DraftFields): void {
    if (terms === undefined) return;
    const known = terms.map(({ term, role = null, part = null }) => ({
      ...this.#world.terms.get(term),
      role,
      part,
      given: term,
    }));
    const unknown = known.find((each) => each.id === undefined);
    if (unknown) return this.#refuse(row, 'terms', `There is no ${unknown.given} here.`);
    const named = known.map(({ id: termId = '', term = '', role, part }) => ({ id: termId, term, role, part }));
    const rows = this.#try(row, 'terms', () =>
      titleTermRows(
        id,
        named.map(({ id: termId, role, part }) => ({ id: termId, ...(role !== null && { role }), part })),
      ),
    );
    if (rows) after.terms = named.map((each, index) => ({ ...each, part: rows[index]?.part ?? null }));
  }

  #applyTexts(row: number, { texts = {} }: ExchangedTitle, after: DraftFields): void {
    for (const [tag, text] of Object.entries(texts)) {
      const language = this.#try(row, `name:${tag}`, () => canonicalLanguage(tag));
      if (language === undefined) continue;
      if (text === null) {
        after.texts.delete(language);
        continue;
      }
      const { tagline = null, synopsis = null } = after.texts.get(language) ?? {};
      const shown = this.#try(row, `name:${language}`, () => shownText(language, { tagline, synopsis, ...text }));
      if (shown) after.texts.set(language, shown);
    }
  }
}
