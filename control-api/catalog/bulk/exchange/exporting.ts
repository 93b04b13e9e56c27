import { Readable } from 'node:stream';
import type { Connection, Database } from '../../../../server/db/port.ts';
import type { Caller } from '../../../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../../../server/kit/clock.ts';
import { noSuchTitle } from '../../titles/reading.ts';
import { findTitle } from '../../titles/repository.ts';
import { csvHead, csvLine } from './csv-format.ts';
import { fileVersion, type ExchangeFormat } from './schemas.ts';
import { exchanged, readTrees, type WholeTitle } from './trees.ts';

/** So many series and movies are read at once, with all their parts. */
const rootsAtOnce = 10;

/** What the audit log calls the whole of it. */
const catalogueSubject = 'whole-catalogue';

/** A file on its way out. */
export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly body: Readable;
}

export interface ExportingOptions {
  readonly db: Database;
  readonly clock: Clock;
}

/** Writes the catalogue, or a part of it, into a file. */
export class Exporting {
  readonly #options: ExportingOptions;

  constructor(options: ExportingOptions) {
    this.#options = options;
  }

  /**
   * Titles that are deleted are not in it. It is read as fast as it is taken, and never lies in memory whole; who asked
   * for it is recorded.
   * @throws ProblemError not_found, rights_narrowed
   */
  async export(
    { audit, scope }: Pick<Caller, 'audit' | 'scope'>,
    { format, rootId }: { readonly format: ExchangeFormat; readonly rootId?: string },
  ): Promise<ExportedFile> {
    const { db, clock } = this.#options;
    if (rootId === undefined) scope.requireAll();
    else {
      const root = await findTitle(db, scope, rootId);
      if (!root || root.deleted_at !== null || root.parent_id !== null) throw noSuchTitle();
    }
    await db
      .transaction()
      .execute((tx) => audit.record(tx, { subject: rootId ?? catalogueSubject, after: { format } }));
    const at = toIso(clock.now())
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '-');
    return {
      name: `catalogue-${at}.${format}`,
      type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      // One part is ten series: one waits while another one is sent.
      body: Readable.from(format === 'csv' ? csvParts(db, rootId) : jsonParts(db, rootId), { highWaterMark: 1 }),
    };
  }
}

async function* csvParts(db: Connection, rootId: string | undefined): AsyncGenerator<string, void> {
  const languages = await findLanguages(db, rootId);
  yield csvHead(languages);
  for await (const titles of trees(db, rootId)) yield titles.map((title) => csvLine(title, languages)).join('');
}

async function* jsonParts(db: Connection, rootId: string | undefined): AsyncGenerator<string, void> {
  yield `{"version":${fileVersion},"titles":[`;
  let between = '\n';
  for await (const titles of trees(db, rootId)) {
    yield between + titles.map((title) => JSON.stringify(exchanged(title))).join(',\n');
    between = ',\n';
  }
  yield '\n]}\n';
}

async function* trees(db: Connection, rootId: string | undefined): AsyncGenerator<readonly WholeTitle[], void> {
  let after = '';
  for (;;) {
    let query = db
      .selectFrom('titles')
      .select('id')
      .where('parent_id', 'is', null)
      .where('deleted_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(rootsAtOnce);
    if (rootId !== undefined) query = query.where('id', '=', rootId);
    const roots = (await query.execute()).map(({ id }) => id);
    if (roots.length === 0) return;
    yield await readTrees(db, roots);
    after = roots.at(-1) as string;
  }
}

async function findLanguages(db: Connection, rootId: string | undefined): Promise<readonly string[]> {
  let query = db
    .selectFrom('title_texts')
    .innerJoin('titles', 'titles.id', 'title_texts.title_id')
    .select('language')
    .distinct()
    .where('deleted_at', 'is', null);
  if (rootId !== undefined) query = query.where('root_id', '=', rootId);
  return (await query.execute()).map(({ language }) => language).sort();
}
