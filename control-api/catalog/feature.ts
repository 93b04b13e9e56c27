import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Keyring } from '../../server/keys/port.ts';
import type { TitleScope } from '../../server/kit/title-scope.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { Search } from '../../server/search/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Feature } from '../feature.ts';
import { EditingMany } from './bulk/edits/editing-many.ts';
import { registerEditRoutes } from './bulk/edits/routes.ts';
import { Exporting } from './bulk/exchange/exporting.ts';
import { Importing } from './bulk/exchange/importing.ts';
import { registerExchangeRoutes } from './bulk/exchange/routes.ts';
import { EpisodeAdding } from './bulk/season/adding.ts';
import { Arrivals } from './bulk/season/arrivals.ts';
import { SeasonPlanning } from './bulk/season/planning.ts';
import { registerSeasonRoutes } from './bulk/season/routes.ts';
import { MakingTitles } from './bulk/videos/making.ts';
import { registerVideoTitleRoutes } from './bulk/videos/routes.ts';
import { catalogProblems } from './problems.ts';
import { PictureCollection } from './pictures/collection.ts';
import { registerPictureRoutes } from './pictures/routes.ts';
import { Pictures } from './pictures/service.ts';
import { PictureShowing } from './pictures/showing.ts';
import { Calendar } from './release/calendar.ts';
import { registerCalendarRoutes } from './release/calendar-routes.ts';
import { Effects } from './release/effects.ts';
import { Releasing } from './release/releasing.ts';
import { streamingChoices } from './streaming/choices.ts';
import { SubtitleEditing } from './subtitles/editing.ts';
import { Tracks } from './subtitles/reading.ts';
import { registerSubtitleRoutes } from './subtitles/routes.ts';
import { SubtitleTaking } from './subtitles/taking.ts';
import { registerTermRoutes } from './terms/routes.ts';
import { Terms } from './terms/service.ts';
import { TitleTerms } from './terms/title-terms.ts';
import { OutdatedTitles } from './search/indexing.ts';
import { registerSearchRoutes } from './search/routes.ts';
import { Searching } from './search/searching.ts';
import { TitleArranging } from './titles/arranging.ts';
import { TitleEditing } from './titles/editing.ts';
import { TitleReading } from './titles/reading.ts';
import { registerTitleRoutes } from './titles/routes.ts';
import type { Onlooker } from './release/released.ts';
import { Answers } from './viewers/answers.ts';
import { findPlayable, type Playable, type Wanted } from './viewers/playable.ts';
import { Readers, type Watchers } from './viewers/readers.ts';
import { ReleasedTitles } from './viewers/reading.ts';
import { registerViewerRoutes } from './viewers/routes.ts';

export interface CatalogDeps {
  readonly config: Pick<Config, 'catalogue' | 'encode' | 'origin' | 'playback' | 'server'>;
  readonly db: Database;
  readonly storage: Storage;
  readonly picturesKeyring: Keyring;
  readonly events: Pick<EventBus, 'publish' | 'subscribe'>;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly search: Search;
  readonly profiles: Watchers;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

/** The catalogue, and what it is asked by others. */
export interface CatalogFeature extends Feature {
  /** Takes uploads that are meant for titles. */
  readonly arrivals: Pick<Arrivals, 'expect'>;
  /** See `findPlayable`. */
  playable(wanted: Wanted, by: Onlooker | TitleScope): Promise<Playable | undefined>;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** The catalogue: what there is to watch, what it is called, and when it is there for whom. */
export function catalogFeature(deps: CatalogDeps): CatalogFeature {
  const effects = new Effects(deps);
  const choices = streamingChoices(deps.config);
  const editing = new TitleEditing({ ...deps, effects, choices });
  const releasing = new Releasing({ ...deps, effects });
  const arrivals = new Arrivals({ ...deps, effects, editing });
  const arranging = new TitleArranging({ ...deps, effects, keptDays: deps.config.catalogue.deletedDays });
  const showing = new PictureShowing({ ...deps, keyring: deps.picturesKeyring });
  const collection = new PictureCollection({ ...deps, keyring: deps.picturesKeyring });
  const titleTerms = new TitleTerms({ ...deps, showing });
  const answers = new Answers(deps);
  const outdated = new OutdatedTitles({ ...deps, againAfterMs: hourMs });
  const unsubscribe = deps.events.subscribe('titles.changed', () => {
    answers.changed();
    // Events may have been recorded with it.
    deps.outbox.wake();
  });
  return {
    name: 'catalog',
    problems: catalogProblems,
    async routes(app) {
      const pictures = new Pictures({ ...deps, showing, releasing });
      await registerPictureRoutes(app, { pictures, collection, showing });
      const reading = new TitleReading({ ...deps, showing, choices });
      registerTitleRoutes(app, { reading, editing, releasing, arranging, choices });
      registerEditRoutes(app, new EditingMany({ ...deps, effects, editing, releasing, choices }));
      registerSeasonRoutes(app, {
        planning: new SeasonPlanning(deps),
        adding: new EpisodeAdding({ ...deps, effects, editing }),
        arrivals,
      });
      registerVideoTitleRoutes(app, new MakingTitles({ ...deps, effects, editing, releasing }));
      await registerExchangeRoutes(app, {
        exporting: new Exporting(deps),
        importing: new Importing({ ...deps, effects, choices }),
      });
      registerCalendarRoutes(app, new Calendar(deps));
      registerTermRoutes(app, new Terms({ ...deps, showing }), titleTerms);
      registerSubtitleRoutes(app, new SubtitleEditing(deps), new Tracks(deps), new SubtitleTaking(deps));
      const [released, readers] = [new ReleasedTitles({ ...deps, titleTerms, showing, choices }), new Readers(deps)];
      registerViewerRoutes(app, { released, readers, answers });
      registerSearchRoutes(app, { searching: new Searching({ ...deps, released }), readers });
    },
    arrivals,
    consumers: [arrivals.consumer()],
    upkeep: [
      { name: 'catalog.remove-deleted', everyMs: hourMs, run: () => arranging.removeDeleted() },
      // Soon after the start of another version, and then for what came in another way than by this program.
      { name: 'catalog.index', everyMs: minuteMs, run: (signal) => outdated.index(signal) },
      { name: 'catalog.tidy-search', everyMs: 24 * hourMs, run: (signal) => deps.search.tidy(signal) },
      { name: 'catalog.remove-pictures', everyMs: hourMs, run: (signal) => collection.removeUnused(signal) },
      { name: 'catalog.collect-pictures', everyMs: hourMs, run: (signal) => collection.collectLost(signal) },
    ],
    close: unsubscribe,
    playable: (wanted, by) => findPlayable(deps.db, wanted, by),
  };
}
