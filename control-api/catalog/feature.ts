import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { Feature } from '../feature.ts';
import { catalogProblems } from './problems.ts';
import { Effects } from './release/effects.ts';
import { Releasing } from './release/releasing.ts';
import { SubtitleEditing } from './subtitles/editing.ts';
import { Tracks } from './subtitles/reading.ts';
import { registerSubtitleRoutes } from './subtitles/routes.ts';
import { registerTermRoutes } from './terms/routes.ts';
import { Terms } from './terms/service.ts';
import { TitleTerms } from './terms/title-terms.ts';
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
  readonly config: Pick<Config, 'catalogue' | 'playback' | 'server'>;
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish' | 'subscribe'>;
  readonly outbox: Pick<Outbox, 'record' | 'wake'>;
  readonly profiles: Watchers;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

/** The catalogue, and what it is asked by others. */
export interface CatalogFeature extends Feature {
  /** See `findPlayable`. */
  playable(wanted: Wanted, onlooker: Onlooker | undefined): Promise<Playable | undefined>;
}

const hourMs = 3_600_000;

/** The catalogue: what there is to watch, what it is called, and when it is there for whom. */
export function catalogFeature(deps: CatalogDeps): CatalogFeature {
  const effects = new Effects(deps);
  const arranging = new TitleArranging({ ...deps, effects, keptDays: deps.config.catalogue.deletedDays });
  const titleTerms = new TitleTerms(deps);
  const answers = new Answers(deps);
  const unsubscribe = deps.events.subscribe('titles.changed', () => {
    answers.changed();
    // Events may have been recorded with it.
    deps.outbox.wake();
  });
  return {
    name: 'catalog',
    problems: catalogProblems,
    routes(app) {
      registerTitleRoutes(app, {
        reading: new TitleReading(deps),
        editing: new TitleEditing({ ...deps, effects }),
        releasing: new Releasing({ ...deps, effects }),
        arranging,
      });
      registerTermRoutes(app, new Terms(deps), titleTerms);
      registerSubtitleRoutes(app, new SubtitleEditing(deps), new Tracks(deps));
      registerViewerRoutes(app, {
        released: new ReleasedTitles({ ...deps, titleTerms }),
        readers: new Readers(deps),
        answers,
      });
    },
    upkeep: [{ name: 'catalog.remove-deleted', everyMs: hourMs, run: () => arranging.removeDeleted() }],
    close: unsubscribe,
    playable: (wanted, onlooker) => findPlayable(deps.db, wanted, onlooker),
  };
}
