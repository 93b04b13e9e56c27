import { everyTitle, type TitleScope } from '../../../server/kit/title-scope.ts';
import { rootWithin } from '../../title-scope.ts';
import type { Database, Transaction } from '../../../server/db/port.ts';
import { isUniqueViolation } from '../../../server/db/port.ts';
import type { EventBus } from '../../../server/events/port.ts';
import type { Audit, Caller } from '../../../server/http/writes/audit.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import type { Outbox } from '../../../server/outbox/port.ts';
import { tracksChanged } from '../../../server/assets/tracks.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { catalogProblems } from '../problems.ts';
import { countChange } from '../release/generation.ts';
import type { Effects } from '../release/effects.ts';
import { holdForChange } from './editing.ts';
import { isRoot } from './kinds.ts';
import { noSuchTitle } from './reading.ts';
import { findParts, holdTitle, renumber } from './repository.ts';
import type { OrderTitles } from './schemas.ts';

export interface ArrangingOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Effects;
  readonly outbox: Pick<Outbox, 'record'>;
  /** How long what was deleted can be brought back, in days. */
  readonly keptDays: number;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

/** The order of titles, and taking them out and back in. */
export class TitleArranging {
  readonly #options: ArrangingOptions;

  constructor(options: ArrangingOptions) {
    this.#options = options;
  }

  /**
   * Gives all titles of one kind in a parent a new order; they keep their least number.
   * @throws ProblemError not_found, conflict when these are not all of them: somebody added or removed one
   */
  async order(by: Caller, parentId: string, { kind, titles }: OrderTitles): Promise<void> {
    const { db, clock } = this.#options;
    const rootId = await db.transaction().execute(async (tx) => {
      const { root } = await holdForChange(tx, by, parentId, undefined);
      const present = await findParts(tx, parentId, kind);
      const before = present.map(({ id }) => id);
      if (before.length !== titles.length || !titles.every((id) => before.includes(id)))
        throw new ProblemError('conflict', 'These are not the titles that are there now. Look at them again.');
      await renumber(tx, titles, present[0]?.number ?? 1, clock.now());
      await countChange(tx);
      await by.audit.record(tx, {
        subject: parentId,
        before: { [kind]: before.join(' ') },
        after: { [kind]: titles.join(' ') },
      });
      return root.id;
    });
    await this.#tell(rootId);
  }

  /** What comes first on the home page, in this order, released or not. */
  async featured(scope: TitleScope): Promise<{ titles: string[] }> {
    const rows = await this.#options.db
      .selectFrom('featured_titles')
      .select('title_id')
      .where(rootWithin(scope, 'title_id'))
      .orderBy('position')
      .execute();
    return { titles: rows.map(({ title_id }) => title_id) };
  }

  /** Puts series and movies first on the home page. @throws ProblemError not_found, invalid_request */
  async putFeatured(by: Caller, ids: readonly string[]): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      // Held first, so that two requests come one after the other.
      await countChange(tx);
      const found =
        ids.length === 0
          ? []
          : await tx
              .selectFrom('titles')
              .select(['id', 'kind'])
              .where('id', 'in', ids)
              .where('deleted_at', 'is', null)
              .execute();
      if (found.length < ids.length) throw noSuchTitle();
      if (!found.every(({ kind }) => isRoot(kind)))
        throw new ProblemError('invalid_request', 'Series and movies come first, not their parts.');
      const before = await tx.selectFrom('featured_titles').select('title_id').orderBy('position').execute();
      await tx.deleteFrom('featured_titles').execute();
      if (ids.length > 0)
        await tx
          .insertInto('featured_titles')
          .values(ids.map((title_id, position) => ({ title_id, position })))
          .execute();
      await by.audit.record(tx, {
        subject: 'home-page',
        before: { titles: before.map(({ title_id }) => title_id).join(' ') },
        after: { titles: ids.join(' ') },
      });
    });
    await this.#tell('home');
  }

  /** Takes a title out, with everything that is a part of it. @throws ProblemError not_found */
  async delete(by: Caller, id: string): Promise<void> {
    const { db, clock, effects } = this.#options;
    const rootId = await db.transaction().execute(async (tx) => {
      const { title, root } = await holdForChange(tx, by, id, undefined);
      // One moment for all of them: by it they are known when they come back together.
      await this.#tellTracks(tx, await setDeleted(tx, id, null, clock.now()));
      await effects.store(tx, root.id);
      await by.audit.record(tx, { subject: id, before: { kind: title.kind, state: title.state } });
      return root.id;
    });
    await this.#tell(rootId);
  }

  /**
   * Brings back a title and what was deleted with it, in the state that it had.
   * @throws ProblemError not_found, number_taken, asset_taken, conflict when what it is a part of is deleted itself
   */
  async restore(by: Caller, id: string): Promise<void> {
    const { db, effects } = this.#options;
    const rootId = await db.transaction().execute(async (tx) => {
      const held = await holdTitle(tx, by.scope, id);
      const since = held?.title.deleted_at ?? null;
      if (!held || since === null) throw noSuchTitle();
      const parent = held.title.parent_id;
      const gone =
        parent !== null &&
        (await tx.selectFrom('titles').select('deleted_at').where('id', '=', parent).executeTakeFirst());
      if (gone && gone.deleted_at !== null)
        throw new ProblemError('conflict', 'What it is a part of is deleted. Bring that back first.');
      try {
        await this.#tellTracks(tx, await setDeleted(tx, id, since, null));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        const number = held.title.number ?? 0;
        throw new ProblemError(
          catalogProblems.number_taken,
          'Its number or its video belongs to another title now. Change that one first.',
          { extras: { number }, cause: error },
        );
      }
      await effects.store(tx, held.root.id);
      await by.audit.record(tx, { subject: id, after: { kind: held.title.kind, state: held.title.state } });
      return held.root.id;
    });
    await this.#tell(rootId);
  }

  /** Removes what was deleted long ago, for good. Returns how many titles. Its videos stay: they are assets. */
  async removeDeleted(): Promise<number> {
    const { db, clock, keptDays, audit } = this.#options;
    const before = clock.now() - keptDays * dayMs;
    let removed = 0;
    for (;;) {
      const found = await db
        .selectFrom('titles')
        .select(['id', 'kind'])
        .where('deleted_at', '<', before)
        // What is a part of something goes first.
        .where((where) =>
          where.not(
            where.exists(
              where.selectFrom('titles as parts').select('parts.id').whereRef('parts.parent_id', '=', 'titles.id'),
            ),
          ),
        )
        .orderBy('deleted_at')
        .limit(100)
        .execute();
      for (const { id, kind } of found)
        removed += await db.transaction().execute(async (tx) => {
          const held = await holdTitle(tx, everyTitle, id);
          if (!held || held.title.deleted_at === null || held.title.deleted_at >= before) return 0;
          const parts = await tx.selectFrom('titles').select('id').where('parent_id', '=', id).limit(1).execute();
          if (parts.length > 0) return 0;
          await tx.deleteFrom('titles').where('id', '=', id).execute();
          await audit.record(tx, { event: 'title.removed', subject: id, before: { kind } });
          return 1;
        });
      if (found.length === 0) return removed;
    }
  }

  /** A video offers the subtitles of its title while that is there. */
  async #tellTracks(tx: Transaction, titleIds: readonly string[]): Promise<void> {
    const rows = await tx
      .selectFrom('titles')
      .select('asset_id')
      .where('id', 'in', titleIds)
      .where('asset_id', 'is not', null)
      .where((where) =>
        where.exists(
          where
            .selectFrom('subtitles')
            .select('subtitles.id')
            .whereRef('subtitles.title_id', '=', 'titles.id')
            .where('is_on', '=', 1)
            .where('cues', '>', 0),
        ),
      )
      // In one order: two who do so wait for each other, and never both.
      .orderBy('asset_id')
      .execute();
    for (const { asset_id: assetId } of rows)
      if (assetId !== null) await tracksChanged(tx, this.#options.outbox, assetId);
  }

  async #tell(rootId: string): Promise<void> {
    await this.#options.events.publish('titles.changed', { rootId });
  }
}

/** Marks a title and all below it that are deleted since `from` (null: that are not) as deleted since `to`; returns which. */
async function setDeleted(tx: Transaction, id: string, from: number | null, to: number | null): Promise<string[]> {
  const marked: string[] = [];
  let level = [id];
  while (level.length > 0) {
    const changed = await tx
      .updateTable('titles')
      .set((expression) => ({ deleted_at: to, revision: expression('revision', '+', 1) }))
      .where('id', 'in', level)
      .where('deleted_at', from === null ? 'is' : '=', from)
      .returning('id')
      .execute();
    marked.push(...changed.map((row) => row.id));
    const below = await tx.selectFrom('titles').select('id').where('parent_id', 'in', level).execute();
    level = below.map((row) => row.id);
  }
  return marked;
}
