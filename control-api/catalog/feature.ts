import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
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
import { catalogProblems } from './problems.ts';
import { Releasing } from './release/releasing.ts';
import { TitleArranging } from './titles/arranging.ts';
import { TitleEditing } from './titles/editing.ts';
import { TitleReading } from './titles/reading.ts';
import { registerTitleRoutes } from './titles/routes.ts';

export interface CatalogDeps {
  readonly config: Pick<Config, 'catalogue'>;
  readonly db: Database;
  readonly events: Pick<EventBus, 'publish'>;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
}

export interface CatalogFeature extends Feature {
  /** Takes uploads that are meant for titles. */
  readonly arrivals: Pick<Arrivals, 'expect'>;
}

const hourMs = 3_600_000;

/** The catalogue: what there is to watch, what it is called, and when it is there for whom. */
export function catalogFeature(deps: CatalogDeps): CatalogFeature {
  const editing = new TitleEditing(deps);
  const releasing = new Releasing(deps);
  const arrivals = new Arrivals({ ...deps, editing });
  const arranging = new TitleArranging({ ...deps, keptDays: deps.config.catalogue.deletedDays });
  return {
    name: 'catalog',
    problems: catalogProblems,
    async routes(app) {
      registerTitleRoutes(app, { reading: new TitleReading(deps), editing, releasing: new Releasing(deps), arranging });
      registerEditRoutes(app, new EditingMany({ ...deps, editing, releasing }));
      registerSeasonRoutes(app, {
        planning: new SeasonPlanning(deps),
        adding: new EpisodeAdding({ ...deps, editing }),
        arrivals,
      });
      await registerExchangeRoutes(app, { exporting: new Exporting(deps), importing: new Importing(deps) });
    },
    arrivals,
    consumers: [arrivals.consumer()],
    upkeep: [{ name: 'catalog.remove-deleted', everyMs: hourMs, run: () => arranging.removeDeleted() }],
  };
}
