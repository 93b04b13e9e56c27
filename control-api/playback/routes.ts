import type { Static } from 'typebox';
import { identityOf, isStillAllowed } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import {
  sessionListQuery,
  sessionListSchema,
  sessionParams,
  sessionSchema,
  startedSessionSchema,
  startSessionSchema,
} from './schemas.ts';
import type { PlaybackService } from './service.ts';

const own = { access: 'signed-in' } as const;
const tags = ['playback'];

export function registerPlaybackRoutes(app: HttpApp, playback: PlaybackService, startsPerMinute: number): void {
  for (const schema of [startedSessionSchema, sessionSchema, sessionListSchema]) app.addSchema(schema);

  app.post(
    '/api/v1/playback/sessions',
    {
      config: {
        access: { may: 'playback.start' },
        limits: [{ per: 'account', points: startsPerMinute, seconds: 60, what: 'streams started' }],
        audit: { none: 'Who watches what is told by sessions and their measurements, many a second.' },
      },
      schema: {
        operationId: 'startPlaybackSession',
        summary: 'Start a stream',
        tags,
        description:
          'One too many for the account ends one that is idle; when none is, it is refused (409 `too_many_streams`, with `active` and `limit`) or ends the oldest, as configured. What is not released to the viewer is not there (404). An account that may not watch the title is refused with 403 `not_entitled` and a `reason`. Viewers watch as the profile of their sign-in: where that has to be chosen first, it is 403 `profile_not_chosen`. A stream may be limited to a size of picture: its URLs list nothing larger, and the origin serves nothing larger. A player whose stream was ended gets 403 from the origin and starts another.',
        body: startSessionSchema,
        response: { 201: answer('The stream, with its secret URLs.', reference(startedSessionSchema)) },
      },
    },
    async (request, reply) => {
      const started = await playback.start({
        identity: identityOf(request),
        wanted: wantedOf(request.body),
        requestUrl: `${request.protocol}://${request.host}`,
        headers: request.headers,
        isStillAllowed: () => isStillAllowed(request),
      });
      return reply.code(201).send(started);
    },
  );

  app.get(
    '/api/v1/playback/sessions',
    {
      config: own,
      schema: {
        operationId: 'listPlaybackSessions',
        summary: 'Streams of the account that asks; a super admin may ask for another account',
        tags,
        querystring: sessionListQuery,
        response: { 200: answer('Streams that are open.', reference(sessionListSchema)) },
      },
    },
    async (request) => await playback.list(identityOf(request), request.query.accountId),
  );

  app.delete(
    '/api/v1/playback/sessions/:id',
    {
      config: {
        ...own,
        audit: { none: "Players end their streams all the time. The end of somebody else's is recorded." },
      },
      schema: {
        operationId: 'endPlaybackSession',
        summary: 'End a stream at once: one of the account that asks, or any for a super admin',
        tags,
        params: sessionParams,
        response: { 204: emptyAnswer('Ended: its URLs answer 403.') },
      },
    },
    async (request, reply) => {
      await playback.end(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

/** The schema has seen that one of them is named. */
function wantedOf({ titleId, assetId }: Static<typeof startSessionSchema>): { titleId: string } | { assetId: string } {
  return titleId === undefined ? { assetId: String(assetId) } : { titleId };
}
