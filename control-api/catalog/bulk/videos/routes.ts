import type { HttpApp } from '../../../../server/http/http-app.ts';
import { callerOf } from '../../../../server/http/writes/audit.ts';
import { answer, reference } from '../../../schemas.ts';
import type { MakingTitles } from './making.ts';
import { madeTitlesSchema, titlesFromVideosSchema, videoSchemas } from './schemas.ts';

/** Titles for videos that are in the library already. */
export function registerVideoTitleRoutes(app: HttpApp, making: Pick<MakingTitles, 'make'>): void {
  for (const schema of videoSchemas) app.addSchema(schema);
  app.post(
    '/api/v1/catalogue/titles-from-videos',
    {
      // Two hundred long names, in bytes.
      bodyLimit: 512 * 1024,
      config: { access: { may: 'titles.edit' }, audit: ['title.created', 'title.state-changed'] },
      schema: {
        operationId: 'makeCatalogueTitlesFromVideos',
        summary: 'Make movies, or episodes of a season, of videos of the library',
        tags: ['catalogue'],
        body: titlesFromVideosSchema,
        description:
          'Of each video one title, as a draft or published: all of them or, when one is refused, none. A video that has a title keeps it and is named in the answer, so it can be repeated.',
        response: { 200: answer('The title of each video, in their order.', reference(madeTitlesSchema)) },
      },
    },
    async (request) => await making.make(callerOf(request), request.body),
  );
}
