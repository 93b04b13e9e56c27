import type { Database, Transaction } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Search } from '../../../server/search/port.ts';
import { toIso, type Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import { displayText } from '../../display-text.ts';
import { canonicalLanguage } from '../../language.ts';
import { defaultPageSize } from '../../schemas.ts';
import { findPortraits } from '../pictures/repository.ts';
import type { PictureShowing } from '../pictures/showing.ts';
import { catalogProblems } from '../problems.ts';
import { countChange } from '../release/generation.ts';
import { findRootsWith, indexRoots } from '../search/indexing.ts';
import { giveSlug } from '../slugs.ts';
import { displayParagraphs, textFor } from '../titles/texts.ts';
import {
  findTerm,
  findTermSlugs,
  findTermTexts,
  holdTerm,
  insertTerm,
  listTerms,
  nextPosition,
  putTermText,
  type TermRow,
  type TermText,
  type TermTextRow,
} from './repository.ts';
import {
  aboutCharacters,
  mostTermTexts,
  termNameCharacters,
  type ChangeTerm,
  type CreateTerm,
  type TermListQuery,
  type TermView,
} from './schemas.ts';

export interface TermsOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly search: Pick<Search, 'put' | 'putLater'>;
  readonly showing: Pick<PictureShowing, 'portraits'>;
  readonly clock: Clock;
}

/** Categories, tags and people of the catalogue. */
export class Terms {
  readonly #options: TermsOptions;

  constructor(options: TermsOptions) {
    this.#options = options;
  }

  /** @throws ProblemError invalid_request when the cursor is none */
  async list(
    query: TermListQuery,
    languages: readonly string[],
  ): Promise<{ items: TermView[]; nextCursor: string | null }> {
    const { kind, search, limit = defaultPageSize, cursor } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const rows = await listTerms(this.#options.db, { kind, search, after, limit });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { items: await this.#present(shown, languages), nextCursor: last ? writeCursor(last) : null };
  }

  /** @throws ProblemError not_found */
  async get(id: string, languages: readonly string[]): Promise<TermView> {
    const row = await findTerm(this.#options.db, id);
    const [term] = row ? await this.#present([row], languages) : [];
    if (!term) throw noSuchTerm();
    return term;
  }

  /** @returns its id. @throws ProblemError invalid_request, slug_taken */
  async create(by: Caller, { kind, originalLanguage, text, slug }: CreateTerm): Promise<string> {
    const { db, clock } = this.#options;
    const id = newId(kind);
    const language = canonicalLanguage(originalLanguage);
    const shown = shownText(language, text);
    const now = clock.now();
    await db.transaction().execute(async (tx) => {
      const position = kind === 'category' ? await nextPosition(tx, kind) : 0;
      const times = { created_at: now, updated_at: now };
      await insertTerm(tx, { id, kind, original_language: language, position, revision: 1, ...times });
      await putTermText(tx, id, shown);
      await giveSlug(tx, { of: kind, id, slug, name: shown.name, now });
      await by.audit.record(tx, { subject: id, after: { name: shown.name } });
    });
    return id;
  }

  /** @throws ProblemError not_found, term_changed, invalid_request, slug_taken */
  async change(by: Caller, id: string, given: ChangeTerm): Promise<void> {
    const { db, search, clock } = this.#options;
    await db.transaction().execute(async (tx) => {
      const term = await holdTerm(tx, id);
      if (!term) throw noSuchTerm();
      if (term.revision !== given.revision)
        throw new ProblemError(catalogProblems.term_changed, undefined, { extras: { revision: term.revision } });
      const now = clock.now();
      const original =
        given.originalLanguage === undefined ? term.original_language : canonicalLanguage(given.originalLanguage);
      await changeTexts(tx, id, original, given.texts ?? {});
      await tx
        .updateTable('terms')
        .set({ original_language: original, revision: term.revision + 1, updated_at: now })
        .where('id', '=', id)
        .execute();
      if (given.slug !== undefined) await giveSlug(tx, { of: term.kind, id, slug: given.slug, name: '', now });
      if (given.texts) await indexRoots(tx, search, await findRootsWith(tx, id));
      await countChange(tx);
      await by.audit.record(tx, {
        subject: id,
        before: { originalLanguage: term.original_language },
        after: {
          originalLanguage: original,
          ...(given.slug !== undefined && { slug: given.slug }),
          ...(given.texts && { texts: Object.keys(given.texts).join(' ') }),
        },
      });
    });
    await this.#tell(id);
  }

  /** Takes it from all titles as well. Its address stays nobody else's. @throws ProblemError not_found */
  async delete(by: Caller, id: string): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      const term = await holdTerm(tx, id);
      if (!term) throw noSuchTerm();
      const texts = await findTermTexts(tx, [id]);
      const rootIds = await findRootsWith(tx, id);
      await tx.deleteFrom('terms').where('id', '=', id).execute();
      await indexRoots(tx, this.#options.search, rootIds);
      await countChange(tx);
      await by.audit.record(tx, { subject: id, before: { name: textFor(texts, [], term.original_language).name } });
    });
    await this.#tell(id);
  }

  /** Puts all categories in an order. @throws ProblemError conflict when these are not all of them */
  async order(by: Caller, ids: readonly string[]): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      const rows = await tx
        .updateTable('terms')
        .set((expression) => ({ updated_at: expression.ref('updated_at') }))
        .where('kind', '=', 'category')
        .returning(['id', 'position'])
        .execute();
      const present = new Set(rows.map(({ id }) => id));
      if (present.size !== ids.length || !ids.every((id) => present.has(id)))
        throw new ProblemError('conflict', 'These are not the categories that there are now. Look at them again.');
      for (const [index, id] of ids.entries())
        await tx
          .updateTable('terms')
          .set({ position: index + 1 })
          .where('id', '=', id)
          .execute();
      await countChange(tx);
      const [first = ''] = ids;
      await by.audit.record(tx, { subject: first, after: { order: ids.join(' ') } });
    });
    await this.#tell('categories');
  }

  async #present(rows: readonly TermRow[], languages: readonly string[]): Promise<TermView[]> {
    const { db, showing } = this.#options;
    const ids = rows.map(({ id }) => id);
    const texts = Map.groupBy(await findTermTexts(db, ids), (text) => text.term_id);
    const slugs = await findTermSlugs(db, ids);
    const people = ids.filter((id) => id.startsWith('person_'));
    const [portraits, hashes] = [await showing.portraits(people), await findPortraits(db, people)];
    return rows.map((row) => ({
      ...presentTerm(row, texts.get(row.id) ?? [], slugs.get(row.id) ?? '', languages),
      ...portraits.get(row.id),
      ...(hashes.has(row.id) && { portraitId: hashes.get(row.id) as string }),
    }));
  }

  async #tell(rootId: string): Promise<void> {
    await this.#options.events.publish('titles.changed', { rootId });
  }
}

function presentTerm(
  row: TermRow,
  texts: readonly TermTextRow[],
  slug: string,
  languages: readonly string[],
): TermView {
  return {
    id: row.id,
    kind: row.kind,
    name: textFor(texts, languages, row.original_language).name,
    slug,
    originalLanguage: row.original_language,
    texts: texts.map(({ language, name, about }) => ({ language, name, about })),
    revision: row.revision,
    updatedAt: toIso(row.updated_at),
  };
}

async function changeTexts(
  tx: Transaction,
  id: string,
  original: string,
  given: NonNullable<ChangeTerm['texts']>,
): Promise<void> {
  const texts = new Map((await findTermTexts(tx, [id])).map((text) => [text.language, text as TermText]));
  for (const [tag, text] of Object.entries(given)) {
    const language = canonicalLanguage(tag);
    if (text === null) {
      texts.delete(language);
      await tx.deleteFrom('term_texts').where('term_id', '=', id).where('language', '=', language).execute();
    } else {
      const shown = shownText(language, { about: texts.get(language)?.about ?? null, ...text });
      texts.set(language, shown);
      await putTermText(tx, id, shown);
    }
  }
  if (!texts.has(original))
    throw new ProblemError('invalid_request', `There must be a text in the original language (${original}).`);
  if (texts.size > mostTermTexts) throw new ProblemError('invalid_request', `At most ${mostTermTexts} languages.`);
}

/** @throws ProblemError invalid_request when nothing of the name can be seen */
function shownText(
  language: string,
  { name, about }: { readonly name: string; readonly about?: string | null },
): TermText {
  const shown = displayText(name, termNameCharacters);
  if (shown === '') throw new ProblemError('invalid_request', 'The name has nothing that can be seen.');
  return { language, name: shown, about: displayParagraphs(about ?? '', aboutCharacters) || null };
}

const writeCursor = ({ position, name_order, id }: TermRow & { readonly name_order: string }): string =>
  Buffer.from(JSON.stringify([position, name_order, id])).toString('base64url');

/** @throws ProblemError invalid_request when it is none */
function readCursor(cursor: string): { position: number; order: string; id: string } {
  try {
    const [position, order, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (Number.isSafeInteger(position) && typeof order === 'string' && typeof id === 'string' && !/\0/.test(order + id))
      return { position: position as number, order, id };
  } catch {
    // Said below.
  }
  throw new ProblemError('invalid_request', 'The cursor is not of this list. Begin with the first page.');
}

function noSuchTerm(): ProblemError {
  return new ProblemError('not_found', 'There is no such category, tag or person.');
}
