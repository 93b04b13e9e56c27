import { createHash } from 'node:crypto';
import { isUniqueViolation, type Connection, type Database } from '../../../../server/db/port.ts';
import type { EventBus } from '../../../../server/events/port.ts';
import type { Caller } from '../../../../server/http/writes/audit.ts';
import type { Clock } from '../../../../server/kit/clock.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { everyTitle } from '../../../../server/kit/title-scope.ts';
import { isAllowed, type Role } from '../../../../server/kit/permissions.ts';
import type { Outbox } from '../../../../server/outbox/port.ts';
import { catalogProblems } from '../../problems.ts';
import type { Effects } from '../../release/effects.ts';
import type { StreamingChoices } from '../../streaming/choices.ts';
import { holdTitle } from '../../titles/repository.ts';
import { checkPlan } from './checks.ts';
import { nameOf } from './drafts.ts';
import { planImport } from './planning.ts';
import { readFile, type ReadFile, type ReadTitle } from './reading.ts';
import { mostNamed, type ImportedView, type ImportPreviewView, type ImportProblem } from './schemas.ts';
import { readWorld } from './world.ts';
import { changedDrafts, importChanged, writeImport, type ChangedDraft } from './writing.ts';

/** A file as a request brings it: a text in CSV, or titles in JSON. */
export type FileBody = string | { readonly titles: readonly unknown[] };

/** Of a long text the beginning is shown, in characters. */
const shownCharacters = 300;

export interface ImportingOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Pick<Effects, 'store' | 'tellWithdrawn'>;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly choices: StreamingChoices;
  readonly clock: Clock;
}

interface Looked {
  readonly changed: readonly ChangedDraft[];
  readonly problems: readonly ImportProblem[];
  /** Stands for the file and for the titles that it changes, as they are now. */
  readonly seen: string;
  readonly rootIds: readonly string[];
}

/** Takes titles from a file: looked at first, then all of it or nothing. */
export class Importing {
  readonly #options: ImportingOptions;

  constructor(options: ImportingOptions) {
    this.#options = options;
  }

  /** What a file would do. Changes nothing. */
  async preview(by: Pick<Caller, 'role'>, body: FileBody): Promise<ImportPreviewView> {
    const file = await readFile(body);
    const { changed, problems, seen } = await this.#look(this.#options.db, by.role, file);
    return {
      rows: file.titles.length,
      ...countsOf(changed),
      titles: changed
        .slice(0, mostNamed)
        .map(({ draft, changes }) => ({
          row: draft.row ?? 0,
          titleId: draft.before ? draft.id : null,
          kind: draft.kind,
          name: nameOf(draft),
          changes: changes.map(({ field, before, after }) => ({ field, before: cut(before), after: cut(after) })),
        })),
      problems: problems.slice(0, mostNamed),
      seen: problems.length > 0 ? null : seen,
    };
  }

  /**
   * Does what was previewed.
   * @param seen what the preview answered
   * @throws ProblemError import_refused with what is wrong; import_changed when the file or a title in it is not as it
   *   was previewed
   */
  async import(by: Caller, body: FileBody, seen: string): Promise<ImportedView> {
    const { db, events, effects, outbox, clock } = this.#options;
    const file = await readFile(body);
    requireGood(file.problems);
    const { rootIds } = await readWorld(db, file.titles);
    try {
      const changed = await db.transaction().execute(async (tx) => {
        // In one order: two who do so wait for each other, and never both.
        for (const rootId of rootIds) await holdTitle(tx, everyTitle, rootId);
        const looked = await this.#look(tx, by.role, file);
        requireGood(looked.problems);
        if (looked.seen !== seen || looked.rootIds.some((rootId) => !rootIds.includes(rootId))) throw importChanged();
        await writeImport(tx, { audit: by.audit, effects, outbox, now: clock.now() }, looked.changed);
        return looked.changed;
      });
      if (changed.length === 0) by.audit.unchanged();
      for (const rootId of new Set(changed.map(({ draft }) => draft.rootId)))
        await events.publish('titles.changed', { rootId });
      return { rows: file.titles.length, ...countsOf(changed) };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw importChanged(error);
    }
  }

  async #look(db: Connection, role: Role, file: ReadFile): Promise<Looked> {
    const world = await readWorld(db, file.titles);
    const { drafts, problems } = await planImport(file.titles, world, this.#options.choices);
    const rules = { mayPublish: isAllowed(role, 'titles.publish'), now: this.#options.clock.now() };
    const all = [...file.problems, ...problems, ...checkPlan(drafts, world, rules)];
    const revisions = drafts.flatMap(({ row, id, before }) =>
      row !== undefined && before ? [[id, before.row.revision] as const] : [],
    );
    return {
      changed: await changedDrafts(drafts),
      problems: all.toSorted((one, other) => one.row - other.row),
      seen: hashOf(file.titles, revisions),
      rootIds: world.rootIds,
    };
  }
}

function hashOf(titles: readonly ReadTitle[], revisions: readonly (readonly [string, number])[]): string {
  return createHash('sha256')
    .update(JSON.stringify([titles, revisions]))
    .digest('base64url');
}

function countsOf(changed: readonly ChangedDraft[]): { readonly made: number; readonly changed: number } {
  const made = changed.filter(({ draft }) => !draft.before).length;
  return { made, changed: changed.length - made };
}

function cut(value: string | number | null): string | number | null {
  return typeof value === 'string' && value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
}

/** @throws ProblemError import_refused */
function requireGood(problems: readonly ImportProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const place = first.column === null ? `Row ${first.row}` : `Row ${first.row}, ${first.column}`;
  throw new ProblemError(catalogProblems.import_refused, `Nothing was imported. ${place}: ${first.message}`, {
    extras: { problems: problems.slice(0, mostNamed) },
  });
}
