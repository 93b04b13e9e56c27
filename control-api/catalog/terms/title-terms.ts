import type { Selectable } from 'kysely';
import type { TitleTermsTable } from '../../../server/db/tables/terms.ts';
import type { Database } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import type { TitleScope } from '../../../server/kit/title-scope.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import type { Search } from '../../../server/search/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { displayText } from '../../display-text.ts';
import type { PictureShowing } from '../pictures/showing.ts';
import { countChange } from '../release/generation.ts';
import { indexRoot } from '../search/indexing.ts';
import { holdForChange } from '../titles/editing.ts';
import { noSuchTitle } from '../titles/reading.ts';
import { findTitle, updateTitle } from '../titles/repository.ts';
import { textFor } from '../titles/texts.ts';
import { findTermTexts, findTitleTerms, putTitleTerms } from './repository.ts';
import { partCharacters, type PutTitleTerms, type TitleTermView } from './schemas.ts';

export interface TitleTermsOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly search: Pick<Search, 'put'>;
  readonly showing: Pick<PictureShowing, 'portraits'>;
  readonly clock: Clock;
}

/** Which categories, tags and people titles have. */
export class TitleTerms {
  readonly #options: TitleTermsOptions;

  constructor(options: TitleTermsOptions) {
    this.#options = options;
  }

  /** Of each title, in its order. */
  async of(titleIds: readonly string[], languages: readonly string[]): Promise<ReadonlyMap<string, TitleTermView[]>> {
    const { db, showing } = this.#options;
    const rows = await findTitleTerms(db, titleIds);
    const people = rows.filter(({ kind }) => kind === 'person').map(({ term_id }) => term_id);
    const portraits = await showing.portraits([...new Set(people)]);
    const texts = Map.groupBy(
      await findTermTexts(db, [...new Set(rows.map(({ term_id }) => term_id))]),
      (text) => text.term_id,
    );
    const views = rows.map(({ title_id, term_id, kind, original_language, role, part }) => ({
      titleId: title_id,
      term: {
        id: term_id,
        kind,
        name: textFor(texts.get(term_id) ?? [], languages, original_language).name,
        role: role === '' ? null : role,
        part,
        ...portraits.get(term_id),
      },
    }));
    return new Map(
      [...Map.groupBy(views, ({ titleId }) => titleId)].map(([id, terms]) => [id, terms.map(({ term }) => term)]),
    );
  }

  /** Of one title, drafts included. @throws ProblemError not_found */
  async list(scope: TitleScope, titleId: string, languages: readonly string[]): Promise<{ items: TitleTermView[] }> {
    if (!(await findTitle(this.#options.db, scope, titleId))) throw noSuchTitle();
    return { items: (await this.of([titleId], languages)).get(titleId) ?? [] };
  }

  /**
   * Gives a title these, in this order, instead of those that it had.
   * @throws ProblemError not_found, title_changed, invalid_request
   */
  async put(by: Caller, titleId: string, { revision, terms }: PutTitleTerms): Promise<void> {
    const { db, events, search, clock } = this.#options;
    const rows = titleTermRows(titleId, terms);
    const rootId = await db.transaction().execute(async (tx) => {
      const { root } = await holdForChange(tx, by, titleId, revision);
      const ids = [...new Set(rows.map(({ term_id }) => term_id))];
      const known = ids.length === 0 ? [] : await tx.selectFrom('terms').select('id').where('id', 'in', ids).execute();
      const unknown = ids.find((id) => !known.some((term) => term.id === id));
      if (unknown !== undefined) throw new ProblemError('not_found', `There is no ${unknown}.`);
      const before = await findTitleTerms(tx, [titleId]);
      await putTitleTerms(tx, titleId, rows);
      await updateTitle(tx, titleId, { updated_at: clock.now() });
      if (root.id === titleId) await indexRoot(tx, search, titleId);
      await countChange(tx);
      await by.audit.record(tx, { subject: titleId, before: factsOf(before), after: factsOf(rows) });
      return root.id;
    });
    await events.publish('titles.changed', { rootId });
  }
}

/** Terms of a title as they are kept. @throws ProblemError invalid_request when they make no sense */
export function titleTermRows(titleId: string, terms: PutTitleTerms['terms']): readonly Selectable<TitleTermsTable>[] {
  const rows = terms.map(({ id, role, part }, position) => {
    const isPerson = id.startsWith('person_');
    if (isPerson !== (role !== undefined))
      throw new ProblemError('invalid_request', 'People have a role; categories and tags have none.');
    if (part != null && role !== 'cast') throw new ProblemError('invalid_request', 'Only the cast play somebody.');
    const shown = displayText(part ?? '', partCharacters) || null;
    return { title_id: titleId, term_id: id, role: role ?? ('' as const), part: shown, position };
  });
  if (new Set(rows.map(({ term_id, role }) => `${term_id} ${role}`)).size < rows.length)
    throw new ProblemError('invalid_request', 'Each is named once, people once in each role.');
  return rows;
}

/** What the audit log says of them. */
const factsOf = (rows: readonly { readonly term_id: string; readonly role: string }[]) => ({
  terms: rows.map(({ term_id, role }) => (role === '' ? term_id : `${term_id} (${role})`)).join(', '),
});
