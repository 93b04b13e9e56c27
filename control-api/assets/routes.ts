import { Type } from 'typebox';
import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { bearer, problemResponses, reference } from '../schemas.ts';
import type { AssetEventStreams } from './asset-events.ts';
import {
  assetListQuery,
  assetPageSchema,
  assetParams,
  assetSchema,
  catalogSchemas,
  changeAssetSchema,
} from './schemas.ts';
import type { CatalogService } from './service.ts';

const config = { access: { roles: ['super_admin', 'content_manager'] } } as const;
const tags = ['assets'];
const asset = { 200: reference(assetSchema), ...problemResponses };

export function registerCatalogRoutes(app: HttpApp, catalog: CatalogService, streams: AssetEventStreams): void {
  for (const schema of catalogSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/assets',
    {
      config,
      schema: {
        summary: 'Assets, newest first',
        tags,
        security: bearer,
        querystring: assetListQuery,
        response: { 200: reference(assetPageSchema), ...problemResponses },
      },
    },
    async (request) => await catalog.list(request.query),
  );

  app.get(
    '/api/v1/assets/events',
    {
      config,
      schema: {
        summary: 'What changes, as it happens (server-sent events)',
        tags,
        security: bearer,
        description:
          'Events `asset.changed` and `asset.deleted` with data `{ "assetId": "…" }`: hints to ask again. Read it with fetch, which can send the access token. Ends when the token does, at shutdown and when the account is disabled; then connect again.',
        response: {
          200: {
            description: 'A stream that does not end by itself.',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => streams.open(request, reply, identityOf(request).accountId),
  );

  app.get(
    '/api/v1/assets/:id',
    {
      config,
      schema: {
        summary: 'An asset with its versions, renditions and their progress',
        tags,
        security: bearer,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await catalog.get(request.params.id),
  );

  app.patch(
    '/api/v1/assets/:id',
    {
      config,
      schema: {
        summary: 'Change the title',
        tags,
        security: bearer,
        params: assetParams,
        body: changeAssetSchema,
        response: asset,
      },
    },
    async (request) => await catalog.rename(request.params.id, request.body.title),
  );

  app.delete(
    '/api/v1/assets/:id',
    {
      config,
      schema: {
        summary: 'Delete an asset; ends its streams and its processing',
        tags,
        security: bearer,
        params: assetParams,
        response: { 204: Type.Null(), ...problemResponses },
      },
    },
    async (request, reply) => {
      await catalog.delete(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/assets/:id/retry',
    {
      config,
      schema: {
        summary: 'Process again after a failure or a cancellation',
        tags,
        security: bearer,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await catalog.retry(request.params.id),
  );

  app.post(
    '/api/v1/assets/:id/reencode',
    {
      config,
      schema: {
        summary: 'Make a new version; the one that is served stays until the new one is published',
        tags,
        security: bearer,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await catalog.reencode(request.params.id),
  );

  app.post(
    '/api/v1/assets/:id/cancel',
    {
      config,
      schema: {
        summary: 'Stop the processing that is under way',
        tags,
        security: bearer,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await catalog.cancel(request.params.id),
  );
}
