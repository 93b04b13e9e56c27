import type { Database } from '../../../server/db/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Who } from '../../../server/kit/policy.ts';
import { defaultPageSize, toPage } from '../../schemas.ts';
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
  readonly #choices: StreamingChoices;

  constructor({ db, choices }: { readonly db: Database; readonly choices: StreamingChoices }) {
    this.#db = db;
    this.#choices = choices;
  }

  /** @throws ProblemError invalid_request when the cursor is none */
  async list(
    query: TitleListQuery,
    languages: readonly string[],
  ): Promise<{ items: TitleSummaryView[]; nextCursor: string | null }> {
    const { limit = defaultPageSize } = query;
    const [, number, id] = cursorPattern.exec(query.cursor ?? '') ?? [];
    if (query.cursor !== undefined && id === undefined)
      throw new ProblemError('invalid_request', 'The cursor is not of this list. Begin with the first page.');
    const rows = await listTitles(this.#db, {
      kind: query.kind,
      isRoot: query.isRoot,
      assetId: query.assetId,
      state: query.state,
      parentId: query.parentId,
      rootId: query.rootId,
      deleted: query.deleted ?? false,
      search: query.search,
      after: id === undefined ? undefined : { number: Number(number), id },
      limit,
    });
    const texts = await findTexts(
      this.#db,
      rows.map((row) => row.id),
    );
    const textsOf = Map.groupBy(texts, (text) => text.title_id);
    return toPage(
      rows,
      limit,
      (row) => presentSummary(row, textsOf.get(row.id) ?? [], languages),
      (row) => `${row.number ?? 0}.${row.id}`,
    );
  }

  /** @throws ProblemError not_found */
  async get(by: Pick<Who, 'role'>, id: string, languages: readonly string[]): Promise<TitleView> {
    const row = await findTitle(this.#db, id);
    if (!row) throw noSuchTitle();
    const parts = {
      texts: await findTexts(this.#db, [id]),
      slug: await findSlug(this.#db, id),
      releases: await findReleases(this.#db, id),
      windows: await readWindows(this.#db, id),
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
