import { holdAsset } from '../../../../server/assets/lifecycle/statements.ts';
import type { Database, Transaction } from '../../../../server/db/port.ts';
import type { EventBus } from '../../../../server/events/port.ts';
import type { Caller } from '../../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import { assetsWithin } from '../../../title-scope.ts';
import type { Effects } from '../../release/effects.ts';
import type { Releasing } from '../../release/releasing.ts';
import { holdForChange, type TitleEditing } from '../../titles/editing.ts';
import type { TitleRow } from '../../titles/repository.ts';
import { nameCharacters } from '../../titles/schemas.ts';
import type { MadeTitlesView, TitlesFromVideos } from './schemas.ts';

export interface MakingTitlesOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Pick<Effects, 'store'>;
  readonly editing: Pick<TitleEditing, 'createIn'>;
  readonly releasing: Pick<Releasing, 'stepIn'>;
}

/** Makes titles of videos that are in the library already: what a library needs that is older than the catalogue. */
export class MakingTitles {
  readonly #options: MakingTitlesOptions;

  constructor(options: MakingTitlesOptions) {
    this.#options = options;
  }

  /**
   * Makes a movie or an episode of each: all or none. A video that has a title keeps it, so it can be repeated.
   * @throws ProblemError not_found, invalid_request, forbidden when it is to be published by somebody who may not,
   *   asset_taken when somebody gave one a title in this very moment
   */
  async make(by: Caller, given: TitlesFromVideos): Promise<MadeTitlesView> {
    const ids = given.videos.map(({ assetId }) => assetId);
    if (new Set(ids).size < ids.length) throw new ProblemError('invalid_request', 'A video is named twice.');
    const { db, events } = this.#options;
    const { items, roots } = await db.transaction().execute((tx) => this.#makeIn(tx, by, given));
    if (roots.size === 0) by.audit.unchanged();
    for (const rootId of roots) await events.publish('titles.changed', { rootId });
    return { items };
  }

  async #makeIn(tx: Transaction, by: Caller, given: TitlesFromVideos) {
    const { effects, editing, releasing } = this.#options;
    const common = await commonOf(tx, by, given);
    const ids = given.videos.map(({ assetId }) => assetId);
    // In one order, so that two requests about the same wait for each other and never both.
    for (const id of ids.toSorted()) await holdAsset(tx, id);
    const within = await assetsWithin(tx, by, ids);
    const assets = await tx.selectFrom('assets').select(['id', 'title']).where('id', 'in', ids).execute();
    const names = new Map(assets.map(({ id, title }) => [id, title]));
    const having = await tx
      .selectFrom('titles')
      .select(['id', 'asset_id', 'root_id'])
      .where('asset_id', 'in', ids)
      .where('deleted_at', 'is', null)
      .execute();
    // One that is not there for them is not told: that its video is taken is all they hear.
    const told = having.filter(({ root_id }) => by.scope.includes(root_id));
    const titleOf = new Map(told.map(({ id, asset_id }) => [asset_id, id]));
    const items: MadeTitlesView['items'] = [];
    const made: TitleRow[] = [];
    for (const { assetId, name } of given.videos) {
      if (!names.has(assetId) || !within.has(assetId)) throw new ProblemError('not_found', 'There is no such asset.');
      const there = titleOf.get(assetId);
      if (there === undefined) {
        const text = { name: (name ?? names.get(assetId) ?? '').slice(0, nameCharacters) };
        made.push(await editing.createIn(tx, by, { ...common, text, assetId }));
      }
      items.push({ assetId, titleId: there ?? (made.at(-1) as TitleRow).id, isNew: there === undefined });
    }
    const roots = new Set(made.map(({ root_id }) => root_id));
    for (const rootId of roots) await effects.store(tx, rootId);
    if (given.publish && made.length > 0)
      await releasing.stepIn(tx, by, { step: 'publish', titles: made.map(({ id }) => id) });
    return { items, roots };
  }
}

/** What all of them are. The series of a season is held. @throws ProblemError not_found, invalid_request */
async function commonOf(tx: Transaction, by: Caller, { seasonId, originalLanguage, maturity }: TitlesFromVideos) {
  const age = maturity === undefined ? {} : { maturity };
  if (seasonId === undefined) {
    if (originalLanguage === undefined) throw new ProblemError('invalid_request', 'Say the language of the names.');
    return { kind: 'movie' as const, originalLanguage, ...age };
  }
  const { title, root } = await holdForChange(tx, by, seasonId, undefined);
  if (title.kind !== 'season') throw new ProblemError('invalid_request', `A ${title.kind} has no episodes.`);
  return { kind: 'episode' as const, parentId: title.id, originalLanguage: root.original_language, ...age };
}
