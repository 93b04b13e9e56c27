import type { Database, Transaction } from '../../../../server/db/port.ts';
import type { EventBus } from '../../../../server/events/port.ts';
import type { Caller } from '../../../../server/http/writes/audit.ts';
import { ProblemError } from '../../../../server/kit/errors.ts';
import type { Effects } from '../../release/effects.ts';
import { holdForChange, type TitleEditing } from '../../titles/editing.ts';
import { findParts, type TitleRow } from '../../titles/repository.ts';
import { findSeriesParts, seasonOf } from './planning.ts';
import type { AddedEpisodesView, AddEpisodes } from './schemas.ts';

export interface EpisodeAddingOptions {
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  readonly effects: Pick<Effects, 'store'>;
  readonly editing: Pick<TitleEditing, 'createIn'>;
}

/** Makes the episodes of a season in one go, so that each has its place before its file comes. */
export class EpisodeAdding {
  readonly #options: EpisodeAddingOptions;

  constructor(options: EpisodeAddingOptions) {
    this.#options = options;
  }

  /**
   * Makes those that are not there, and the seasons that they need: all or none. Done again it makes nothing.
   * @throws ProblemError not_found, invalid_request
   */
  async add(by: Caller, id: string, given: AddEpisodes): Promise<AddedEpisodesView> {
    const { db, events } = this.#options;
    const { made, rootId, isChanged } = await db.transaction().execute((tx) => this.#addIn(tx, by, id, given));
    if (isChanged) await events.publish('titles.changed', { rootId });
    else by.audit.unchanged();
    return { episodes: [...made] };
  }

  async #addIn(tx: Transaction, by: Caller, id: string, { episodes, seasonName }: AddEpisodes) {
    const { root } = await holdForChange(tx, by, id, undefined);
    const parts = await findSeriesParts(tx, by.scope, id);
    const wanted = episodes.map((episode) => {
      const season = seasonOf(episode.season, parts);
      if (typeof season === 'string')
        throw new ProblemError('invalid_request', `To which season does episode ${episode.number} belong?`);
      return { ...episode, season };
    });
    if (new Set(wanted.map(({ season, number }) => `${season}/${number}`)).size < wanted.length)
      throw new ProblemError('invalid_request', 'An episode is named twice.');
    const common = { originalLanguage: root.original_language };
    const seasons = new Map<number, { readonly title: TitleRow; readonly present: ReadonlyMap<number, TitleRow> }>();
    let isChanged = false;
    for (const number of [...new Set(wanted.map(({ season }) => season))].sort((a, b) => a - b)) {
      const there = parts.seasons.find((season) => season.number === number);
      const text = { name: (seasonName ?? '{number}').replaceAll('{number}', String(number)) };
      const title =
        there ??
        (await this.#options.editing.createIn(tx, by, { kind: 'season', parentId: root.id, number, text, ...common }));
      isChanged ||= !there;
      const present = there ? await findParts(tx, title.id, 'episode') : [];
      seasons.set(number, { title, present: new Map(present.map((row) => [row.number ?? 0, row])) });
    }
    const made: AddedEpisodesView['episodes'] = [];
    for (const { season, number, name } of wanted) {
      const { title, present } = seasons.get(season) as NonNullable<ReturnType<typeof seasons.get>>;
      const there = present.get(number);
      const episode = { kind: 'episode', parentId: title.id, number, text: { name }, ...common } as const;
      const { id: titleId } = there ?? (await this.#options.editing.createIn(tx, by, episode));
      isChanged ||= !there;
      made.push({ season, number, titleId, isNew: !there });
    }
    if (isChanged) await this.#options.effects.store(tx, root.id);
    return { made, rootId: root.id, isChanged };
  }
}
