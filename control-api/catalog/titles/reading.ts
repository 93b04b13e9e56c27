import type { Database } from '../../../server/db/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Identity } from '../../../server/http/access.ts';
import { canonicalLanguage } from '../../language.ts';
import { defaultPageSize, toPage } from '../../schemas.ts';
import type { PictureShowing } from '../pictures/showing.ts';
import { readWindows } from '../release/effects.ts';
import type { StreamingChoices } from '../streaming/choices.ts';
import { findChain, findEncoded, presentStreaming } from '../streaming/counting.ts';
import { presentSummary, presentTitle } from './presentation.ts';
import { findReleases, findSlug, findTexts, findTitle } from './repository.ts';
import type { TitleListQuery, TitleSummaryView, TitleView } from './schemas.ts';
import { listTitles } from './title-list.ts';

const cursorPattern = /^(\d{1,6})\.(title_[0-9A-HJKMNP-TV-Z]{26})$/;

/** The catalogue as staff see it: drafts, what is to come, what was deleted. */
export class TitleReading {
  readonly #db: Database;
  readonly #showing: Pick<PictureShowing, 'ofTitles'>;
  readonly #choices: StreamingChoices;

  constructor({
    db,
    showing,
    choices,
  }: {
    readonly db: Database;
    readonly showing: Pick<PictureShowing, 'ofTitles'>;
    readonly choices: StreamingChoices;
  }) {
    this.#db = db;
    this.#showing = showing;
    this.#choices = choices;
  }

  /** @throws ProblemError invalid_request when the cursor is none */
  async list(
    { scope }: Pick<Identity, 'scope'>,
    query: TitleListQuery,
    languages: readonly string[],
  ): Promise<{ items: TitleSummaryView[]; nextCursor: string | null }> {
    const { limit = defaultPageSize } = query;
    const [, number, id] = cursorPattern.exec(query.cursor ?? '') ?? [];
    if (query.cursor !== undefined && id === undefined)
      throw new ProblemError('invalid_request', 'The cursor is not of this list. Begin with the first page.');
    const rows = await listTitles(this.#db, {
      scope,
      kind: query.kind,
      isRoot: query.isRoot,
      assetId: query.assetId,
      state: query.state,
      parentId: query.parentId,
      rootId: query.rootId,
      deleted: query.deleted ?? false,
      search: query.search,
      language: query.language === undefined ? undefined : canonicalLanguage(query.language),
      termId: query.term,
      missing: query.missing,
      after: id === undefined ? undefined : { number: Number(number), id },
      limit,
    });
    const texts = await findTexts(
      this.#db,
      rows.map((row) => row.id),
    );
    const textsOf = Map.groupBy(texts, (text) => text.title_id);
    const pictures = await this.#showing.ofTitles(rows, languages);
    return toPage(
      rows,
      limit,
      (row) => presentSummary(row, textsOf.get(row.id) ?? [], languages, pictures.get(row.id)),
      (row) => `${row.number ?? 0}.${row.id}`,
    );
  }

  /** @throws ProblemError not_found */
  async get(by: Pick<Identity, 'role' | 'scope'>, id: string, languages: readonly string[]): Promise<TitleView> {
    const row = await findTitle(this.#db, by.scope, id);
    if (!row) throw noSuchTitle();
    const parts = {
      texts: await findTexts(this.#db, [id]),
      slug: await findSlug(this.#db, id),
      releases: await findReleases(this.#db, id),
      windows: await readWindows(this.#db, id),
      pictures: (await this.#showing.ofTitles([row], languages)).get(id) ?? {},
      streaming: presentStreaming(
        await findChain(this.#db, row),
        this.#choices,
        await findEncoded(this.#db, row.asset_id),
      ),
    };
    return presentTitle(row, parts, languages, by.role);
  }
}

export function noSuchTitle(): ProblemError {
  return new ProblemError('not_found', 'There is no such title.');
}
