import type { Connection, Database, Transaction } from '../../../../server/db/port.ts';
import type { EventBus } from '../../../../server/events/port.ts';
import type { Identity } from '../../../../server/http/access.ts';
import type { TitleScope } from '../../../../server/kit/title-scope.ts';
import { rootWithin } from '../../../title-scope.ts';
import type { Caller } from '../../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { isAllowed } from '../../../../server/kit/permissions.ts';
import { catalogProblems } from '../../problems.ts';
import type { Effects } from '../../release/effects.ts';
import { requireTimeZone, type Releasing } from '../../release/releasing.ts';
import type { StreamingChoices } from '../../streaming/choices.ts';
import type { TitleEditing } from '../../titles/editing.ts';
import { findTexts, holdTitle, type TitleTextRow } from '../../titles/repository.ts';
import { momentsOf } from './cadence.ts';
import { planEdit, type EditedTitle, type PlannedEdit } from './plan-edit.ts';
import type { ApplyEdit, EditChanges, EditPreviewView, PreviewEdit } from './schemas.ts';

export interface EditingManyOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Pick<Effects, 'store'>;
  readonly editing: Pick<TitleEditing, 'changeIn'>;
  readonly releasing: Pick<Releasing, 'putIn'>;
  readonly choices: StreamingChoices;
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

/** Changes many titles in the same way, after a look at what that would do. */
export class EditingMany {
  readonly #options: EditingManyOptions;

  constructor(options: EditingManyOptions) {
    this.#options = options;
  }

  /** What an edit would do to each title. @throws ProblemError forbidden, invalid_request */
  async preview(by: Pick<Identity, 'role' | 'scope'>, { titles, changes }: PreviewEdit): Promise<EditPreviewView> {
    requirePermission(by, changes);
    const found = await findEdited(this.#options.db, by.scope, titles);
    const plans = planAll(titles, found, changes, this.#options.choices);
    return {
      titles: titles.map((titleId) => {
        const title = found.get(titleId);
        const plan = plans.get(titleId);
        return {
          titleId,
          revision: title?.row.revision ?? null,
          kind: title?.row.kind ?? null,
          number: title?.row.number ?? null,
          name: title?.texts.find(({ language }) => language === title.row.original_language)?.name ?? '',
          changes: plan && 'fields' in plan ? [...plan.fields] : [],
          problem: plan && 'fields' in plan ? null : (plan ?? missing),
        };
      }),
    };
  }

  /**
   * Changes all of them, as they were previewed, or none.
   * @throws ProblemError forbidden, invalid_request, titles_changed, edit_refused
   */
  async apply(by: Caller, { titles, changes }: ApplyEdit): Promise<void> {
    requirePermission(by, changes);
    const ids = titles.map(({ id }) => id);
    if (new Set(ids).size < ids.length) throw new ProblemError('invalid_request', 'A title is named twice.');
    const { db, events } = this.#options;
    const changed = await db.transaction().execute(async (tx) => {
      const rootIds = await holdRootsOf(tx, by.scope, ids);
      const found = await findEdited(tx, by.scope, ids);
      requireRevisions(titles, found);
      const plans = planAll(ids, found, changes, this.#options.choices);
      const refused = [...plans].flatMap(([titleId, plan]) => ('fields' in plan ? [] : [{ titleId, ...plan }]));
      if (refused.length > 0)
        throw new ProblemError(catalogProblems.edit_refused, refused[0]?.message, { extras: { titles: refused } });
      const applied = await this.#write(tx, by, found, plans);
      if (applied > 0) for (const rootId of rootIds) await this.#options.effects.store(tx, rootId);
      return applied > 0 ? rootIds : [];
    });
    if (changed.length === 0) by.audit.unchanged();
    for (const rootId of changed) await events.publish('titles.changed', { rootId });
  }

  /** Returns how many titles change. */
  async #write(
    tx: Transaction,
    by: Caller,
    found: ReadonlyMap<string, EditedTitle>,
    plans: ReadonlyMap<string, PlannedEdit | Refused>,
  ): Promise<number> {
    let changed = 0;
    for (const [titleId, plan] of plans) {
      const title = found.get(titleId);
      if (!title || !('fields' in plan) || plan.fields.length === 0) continue;
      changed += 1;
      if (plan.change) await this.#options.editing.changeIn(tx, by, title.row, plan.change);
      if (plan.releases) await this.#options.releasing.putIn(tx, by, titleId, plan.releases);
    }
    return changed;
  }
}

const missing: Refused = { code: 'not_found', message: 'There is no such title.' };

/** When something is released is up to those who publish. */
function requirePermission({ role }: Pick<Caller, 'role'>, { releases }: EditChanges): void {
  if (releases && !isAllowed(role, 'titles.publish'))
    throw new ProblemError('forbidden', 'Your account may not say when titles are released.');
}

/** @throws ProblemError invalid_request when no title could be changed so */
function planAll(
  ids: readonly string[],
  found: ReadonlyMap<string, EditedTitle>,
  given: EditChanges,
  choices: StreamingChoices,
): ReadonlyMap<string, PlannedEdit | Refused> {
  const { releases } = given;
  const cadence = releases?.cadence && { ...releases.cadence, timeZone: requireTimeZone(releases.cadence.timeZone) };
  if (cadence?.weekdays && cadence.everyDays !== undefined)
    throw new ProblemError('invalid_request', 'Name days of the week, or every so many days, and not both.');
  const moments = cadence ? momentsOf(cadence, ids.length) : [];
  const changes = cadence ? { ...given, releases: { cadence } } : given;
  return new Map(
    ids.map((id, index) => {
      const title = found.get(id);
      return [id, title ? planOne(title, changes, moments[index], choices) : missing];
    }),
  );
}

function planOne(
  title: EditedTitle,
  changes: EditChanges,
  moment: number | undefined,
  choices: StreamingChoices,
): PlannedEdit | Refused {
  try {
    return planEdit(title, changes, moment, choices);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** @throws ProblemError titles_changed, with those that are not as they were seen; `revision` null: it is gone */
function requireRevisions(seen: ApplyEdit['titles'], found: ReadonlyMap<string, EditedTitle>): void {
  const changed = seen.flatMap(({ id, revision }) => {
    const now = found.get(id)?.row.revision ?? null;
    return now === revision ? [] : [{ titleId: id, revision: now }];
  });
  if (changed.length > 0)
    throw new ProblemError(
      catalogProblems.titles_changed,
      'Somebody else has changed some of these titles since you looked at them. Look at them again.',
      { extras: { titles: changed } },
    );
}

/** Holds the roots of titles until the transaction ends, in one order: two who do so wait for each other, and never both. */
async function holdRootsOf(tx: Transaction, scope: TitleScope, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('titles')
    .select('root_id')
    .distinct()
    .where('id', 'in', ids)
    .where(rootWithin(scope))
    .execute();
  const rootIds = rows.map((row) => row.root_id).sort();
  for (const rootId of rootIds) await holdTitle(tx, scope, rootId);
  return rootIds;
}

/** Titles that are there, with what an edit may say of them. */
async function findEdited(
  db: Connection,
  scope: TitleScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EditedTitle>> {
  const rows = await db
    .selectFrom('titles')
    .innerJoin('titles as roots', 'roots.id', 'titles.root_id')
    .leftJoin('assets', 'assets.id', 'titles.asset_id')
    .selectAll('titles')
    .select('duration_ms')
    .where('titles.id', 'in', ids)
    .where('titles.deleted_at', 'is', null)
    .where('roots.deleted_at', 'is', null)
    .where(rootWithin(scope))
    .execute();
  const texts = Map.groupBy(await findTexts(db, ids), (text) => text.title_id);
  const releases = Map.groupBy(
    await db.selectFrom('releases').selectAll().where('title_id', 'in', ids).orderBy('region').execute(),
    (release) => release.title_id,
  );
  const rootIds = [...new Set(rows.map((row) => row.root_id))];
  const names = await findOriginalNames(db, rootIds);
  const parentIds = rows.flatMap((row) => (row.kind === 'episode' ? (row.parent_id ?? []) : []));
  const seasons = await findNumbers(db, [...new Set(parentIds)]);
  return new Map(
    rows.map(({ duration_ms: duration, ...row }) => [
      row.id,
      {
        row,
        durationMs: duration || undefined,
        texts: texts.get(row.id) ?? [],
        releases: releases.get(row.id) ?? [],
        season: row.kind === 'season' ? row.number : (seasons.get(row.parent_id ?? '') ?? null),
        rootName: names.get(row.root_id) ?? '',
      },
    ]),
  );
}

async function findOriginalNames(
  db: Connection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TitleTextRow['name']>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('titles')
    .innerJoin('title_texts', (join) =>
      join.onRef('title_texts.title_id', '=', 'titles.id').onRef('language', '=', 'original_language'),
    )
    .select(['titles.id', 'name'])
    .where('titles.id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function findNumbers(db: Connection, ids: readonly string[]): Promise<ReadonlyMap<string, number | null>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('titles').select(['id', 'number']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, number }) => [id, number]));
}
