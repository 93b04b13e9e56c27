import type { HttpApp } from '../../../../server/http/http-app.ts';
import { identityOf } from '../../../../server/http/access.ts';
import { callerOf } from '../../../../server/http/writes/audit.ts';
import { answer, reference } from '../../../schemas.ts';
import { titleParams } from '../../titles/schemas.ts';
import type { EpisodeAdding } from './adding.ts';
import type { Arrivals } from './arrivals.ts';
import type { SeasonPlanning } from './planning.ts';
import {
  addedEpisodesSchema,
  addEpisodesSchema,
  arrivalPageSchema,
  arrivalQuery,
  planSeasonSchema,
  seasonPlanSchema,
  seasonSchemas,
} from './schemas.ts';

export interface SeasonParts {
  readonly planning: SeasonPlanning;
  readonly adding: EpisodeAdding;
  readonly arrivals: Arrivals;
}

const tags = ['catalogue'];
/** Five hundred long names, in bytes. */
const bodyLimit = 1024 * 1024;

/** Many files at once become a season: what they are, their episodes, and what came of each. */
export function registerSeasonRoutes(app: HttpApp, { planning, adding, arrivals }: SeasonParts): void {
  for (const schema of seasonSchemas) app.addSchema(schema);

  app.post(
    '/api/v1/catalogue/titles/:id/plan',
    {
      bodyLimit,
      config: { access: { may: 'titles.edit' }, audit: { none: 'Nothing is changed.' } },
      schema: {
        operationId: 'planCatalogueSeason',
        summary: 'Say which episodes files are, by their names',
        tags,
        params: titleParams,
        body: planSeasonSchema,
        description:
          'Of a series or a season. Reads many ways to write it (`S01E03`, `1x03`, `E03`, `Episode 3`, `第3集`, `03`), looks at all names together, and says `problem` where they leave it open. Changes nothing.',
        response: { 200: answer('What each file is.', reference(seasonPlanSchema)) },
      },
    },
    async (request) => await planning.plan(identityOf(request).scope, request.params.id, request.body),
  );

  app.post(
    '/api/v1/catalogue/titles/:id/episodes',
    {
      bodyLimit,
      config: { access: { may: 'titles.edit' }, idempotent: true, audit: 'title.created' },
      schema: {
        operationId: 'addCatalogueEpisodes',
        summary: 'Make many episodes at once, as drafts',
        tags,
        params: titleParams,
        body: addEpisodesSchema,
        description:
          'Of a series or a season: all of them or, when one is refused, none. Those that are there stay as they are and are named in the answer, so it can be repeated. Then each file is uploaded with the `titleId` of its episode in its tus metadata.',
        response: { 200: answer('All that were named, in their order.', reference(addedEpisodesSchema)) },
      },
    },
    async (request) => await adding.add(callerOf(request), request.params.id, request.body),
  );

  app.get(
    '/api/v1/catalogue/titles/:id/uploads',
    {
      config: { access: { may: 'titles.read' } },
      schema: {
        operationId: 'listCatalogueUploads',
        summary: 'Files that were meant for a title or its parts, and what came of each',
        tags,
        params: titleParams,
        querystring: arrivalQuery,
        response: { 200: answer('A page of them, the newest first.', reference(arrivalPageSchema)) },
      },
    },
    async (request) => await arrivals.list(identityOf(request).scope, request.params.id, request.query),
  );
}
