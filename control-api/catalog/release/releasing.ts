import type { Database, Transaction } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import type { Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { isAllowed } from '../../../server/kit/permissions.ts';
import { catalogProblems } from '../problems.ts';
import { holdForChange } from '../titles/editing.ts';
import { isWatched } from '../titles/kinds.ts';
import { putReleases, updateTitle, type ReleaseRow } from '../titles/repository.ts';
import type { PutReleases, StepTitles } from '../titles/schemas.ts';
import { permissionFor, stateAfter, type TitleStep } from '../titles/states.ts';
import { readWindows, type Effects } from './effects.ts';

export interface ReleasingOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Effects;
  readonly clock: Clock;
}

/** What brings titles before viewers: their steps, and when they are released where. */
export class Releasing {
  readonly #options: ReleasingOptions;

  constructor(options: ReleasingOptions) {
    this.#options = options;
  }

  /**
   * Takes several titles one step on, all of them in one moment or none.
   * @throws ProblemError forbidden, not_found, not_in_this_state, not_complete; it says which title, as `titleId`
   */
  async step(by: Caller, { step, titles }: StepTitles): Promise<void> {
    const roots = await this.#options.db.transaction().execute((tx) => this.stepIn(tx, by, { step, titles }));
    for (const rootId of roots) await this.#options.events.publish('titles.changed', { rootId });
  }

  /** The same within a change of something else. Returns the roots of the titles, which are to be told of. */
  async stepIn(tx: Transaction, by: Caller, { step, titles }: StepTitles): Promise<ReadonlySet<string>> {
    if (!isAllowed(by.role, permissionFor(step)))
      throw new ProblemError('forbidden', `Your account may not ${step} titles.`);
    const { clock, effects } = this.#options;
    const held = new Set<string>();
    // In one order: two requests about the same series wait for each other, and never both.
    for (const id of [...titles].sort()) held.add(await this.#stepOne(tx, by, id, step));
    for (const rootId of held) await effects.store(tx, rootId);
    if (step === 'publish') for (const id of titles) await this.#requireVideo(tx, id, clock.now());
    return held;
  }

  async #stepOne(tx: Transaction, by: Caller, id: string, step: TitleStep): Promise<string> {
    const { title, root } = await holdForChange(tx, by, id, undefined);
    const state = stateAfter(title.state, step);
    if (state === undefined)
      throw new ProblemError(catalogProblems.not_in_this_state, `It is ${title.state}: it cannot ${step}.`, {
        extras: { titleId: id, state: title.state },
      });
    const now = this.#options.clock.now();
    await updateTitle(tx, id, {
      state,
      updated_at: now,
      ...(state === 'published' && title.published_at === null && { published_at: now }),
    });
    const [before, after] = [{ state: title.state }, { state, step }];
    await by.audit.record(tx, { event: 'title.state-changed', subject: id, before, after });
    return root.id;
  }

  /** What viewers see at once has something to watch; what is to come may still wait for its video. */
  async #requireVideo(tx: Transaction, id: string, now: number): Promise<void> {
    const title = await tx.selectFrom('titles').select(['kind', 'asset_id']).where('id', '=', id).executeTakeFirst();
    if (!title || !isWatched(title.kind) || title.asset_id !== null) return;
    const isOpenNow = [...(await readWindows(tx, id)).values()].some(({ opensAt }) => opensAt <= now);
    if (isOpenNow)
      throw new ProblemError(catalogProblems.not_complete, 'It has no video yet. Give it one, or a release later on.', {
        extras: { titleId: id, missing: 'asset' },
      });
  }

  /**
   * Says when a title is released where, instead of what was said before; nothing: when what it is a part of is.
   * @throws ProblemError not_found, title_changed, invalid_request
   */
  async putReleases(by: Caller, id: string, { revision, releases }: PutReleases): Promise<void> {
    const { db, events, effects } = this.#options;
    const rows = releaseRows(id, releases);
    const rootId = await db.transaction().execute(async (tx) => {
      const { title, root } = await holdForChange(tx, by, id, revision);
      await this.putIn(tx, by, title.id, rows);
      await effects.store(tx, root.id);
      return root.id;
    });
    await events.publish('titles.changed', { rootId });
  }

  /** The same with the root held, in a transaction of somebody else, who then writes what follows from it (`Effects`). */
  async putIn(tx: Transaction, by: Pick<Caller, 'audit'>, id: string, rows: readonly ReleaseRow[]): Promise<void> {
    const before = await tx.selectFrom('releases').selectAll().where('title_id', '=', id).orderBy('region').execute();
    await putReleases(tx, id, rows);
    await updateTitle(tx, id, { updated_at: this.#options.clock.now() });
    await by.audit.record(tx, {
      event: 'title.release-changed',
      subject: id,
      before: factsOf(before),
      after: factsOf(rows),
    });
  }
}

/** Releases as they are kept. @throws ProblemError invalid_request when they make no sense */
export function releaseRows(id: string, releases: PutReleases['releases']): readonly ReleaseRow[] {
  const rows = releases.map(({ region, opensAt, closesAt, timeZone }) => ({
    title_id: id,
    region,
    opens_at: Date.parse(opensAt),
    closes_at: closesAt === null ? null : Date.parse(closesAt),
    time_zone: requireTimeZone(timeZone),
  }));
  if (new Set(rows.map(({ region }) => region)).size < rows.length)
    throw new ProblemError('invalid_request', 'A region has one release.');
  for (const row of rows)
    if (row.closes_at !== null && row.closes_at < row.opens_at)
      throw new ProblemError('invalid_request', `In ${row.region} it would end before it begins.`);
  return rows;
}

/** What the audit log says of releases, by region. */
function factsOf(rows: readonly { region: string; opens_at: number; closes_at: number | null }[]) {
  return Object.fromEntries(
    rows.map(({ region, opens_at, closes_at }) => [
      region,
      [opens_at, closes_at].map((time) => (time === null ? '' : new Date(time).toISOString())).join(' - '),
    ]),
  );
}

/** A time zone by its usual name. @throws ProblemError invalid_request when there is none */
export function requireTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    throw new ProblemError('invalid_request', `${name} is no time zone (IANA), such as Asia/Seoul.`, { cause: error });
  }
}
