import { Type } from 'typebox';
import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import type { AssetEventStreams } from './asset-events.ts';
import {
  assetListQuery,
  assetPageSchema,
  assetParams,
  assetSchema,
  bulkResultsSchema,
  bulkSchema,
  assetSchemas,
  changeAssetSchema,
  stillParams,
} from './schemas.ts';
import type { AssetsService } from './service.ts';

const read = { access: { may: 'assets.read' } } as const;
const manage = {
  access: { may: 'assets.manage' },
  scope: { none: 'One changes what one brought oneself, whatever title has it.' },
} as const;
const tags = ['assets'];
const asset = { 200: answer('The asset as it is now.', reference(assetSchema)) };

export function registerAssetRoutes(app: HttpApp, assets: AssetsService, streams: AssetEventStreams): void {
  for (const schema of assetSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/assets',
    {
      config: read,
      schema: {
        operationId: 'listAssets',
        summary: 'Assets: searched, filtered and sorted, page by page',
        tags,
        querystring: assetListQuery,
        response: { 200: answer('A page of assets.', reference(assetPageSchema)) },
      },
    },
    async (request) => await assets.list(identityOf(request), request.query),
  );

  app.get(
    '/api/v1/assets/events',
    {
      config: { ...read, scope: { none: 'Nothing was told yet; each change is laid against it.' } },
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamAssetEvents',
        summary: 'What changes, as it happens (server-sent events)',
        tags,
        description:
          'Events `asset.changed` and `asset.deleted` with data `{ "assetId": "…" }`: hints to ask again. Read it with fetch, which can send the access token. Ends when the token does, at shutdown and when the account is disabled; then connect again.',
        response: {
          200: {
            description: 'A stream that does not end by itself.',
            content: { 'text/event-stream': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => streams.open(request, reply, identityOf(request).accountId),
  );

  app.get(
    '/api/v1/assets/:id',
    {
      config: read,
      schema: {
        operationId: 'getAsset',
        summary: 'An asset with its versions, renditions and their progress',
        tags,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await assets.get(identityOf(request), request.params.id),
  );

  app.get(
    '/api/v1/assets/:id/stills/:versionId/:chunk',
    {
      config: read,
      schema: {
        operationId: 'getStill',
        summary: 'A picture of an asset',
        tags,
        params: stillParams,
        response: {
          200: {
            description: 'It never changes.',
            content: { 'image/jpeg': { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { id, versionId, chunk } = request.params;
      const picture = await assets.still(identityOf(request), id, versionId, chunk);
      return reply.type('image/jpeg').header('cache-control', 'private, max-age=86400, immutable').send(picture);
    },
  );

  app.patch(
    '/api/v1/assets/:id',
    {
      config: { ...manage, audit: 'asset.renamed' },
      schema: {
        operationId: 'renameAsset',
        summary: 'Change the title',
        tags,
        params: assetParams,
        body: changeAssetSchema,
        response: asset,
      },
    },
    async (request) => await assets.rename(callerOf(request), request.params.id, request.body.title),
  );

  app.delete(
    '/api/v1/assets/:id',
    {
      config: { ...manage, audit: 'asset.deleted' },
      schema: {
        operationId: 'deleteAsset',
        summary: 'Delete an asset; ends its streams and its processing',
        tags,
        params: assetParams,
        description: 'Not while a title has it (409 `asset_in_use`): give that another video first, or none.',
        response: { 204: emptyAnswer('Deleted.') },
      },
    },
    async (request, reply) => {
      await assets.delete(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/assets/:id/retry',
    {
      config: { ...manage, audit: 'asset.retried' },
      schema: {
        operationId: 'retryAsset',
        summary: 'Process again after a failure or a cancellation',
        tags,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await assets.retry(callerOf(request), request.params.id),
  );

  app.post(
    '/api/v1/assets/:id/reencode',
    {
      config: { ...manage, audit: 'asset.reencoded' },
      schema: {
        operationId: 'reencodeAsset',
        summary: 'Make a new version; the one that is served stays until the new one is published',
        tags,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await assets.reencode(callerOf(request), request.params.id),
  );

  app.post(
    '/api/v1/assets/:id/cancel',
    {
      config: { ...manage, audit: 'asset.cancelled' },
      schema: {
        operationId: 'cancelAsset',
        summary: 'Stop the processing that is under way',
        tags,
        params: assetParams,
        response: asset,
      },
    },
    async (request) => await assets.cancel(callerOf(request), request.params.id),
  );

  const results = answer('What came of it for each asset.', reference(bulkResultsSchema));
  const description = 'Each asset is checked and changed by itself: what is refused for one does not stop the others.';

  app.post(
    '/api/v1/assets/bulk/delete',
    {
      config: { ...manage, audit: 'asset.deleted' },
      schema: {
        operationId: 'deleteAssets',
        summary: 'Delete several assets',
        tags,
        description,
        body: bulkSchema,
        response: { 200: results },
      },
    },
    async (request) => await assets.deleteEach(callerOf(request), request.body.ids),
  );

  app.post(
    '/api/v1/assets/bulk/reencode',
    {
      config: { ...manage, audit: 'asset.reencoded' },
      schema: {
        operationId: 'reencodeAssets',
        summary: 'Make new versions of several assets',
        tags,
        description,
        body: bulkSchema,
        response: { 200: results },
      },
    },
    async (request) => await assets.reencodeEach(callerOf(request), request.body.ids),
  );

  app.post(
    '/api/v1/assets/bulk/cancel',
    {
      config: { ...manage, audit: 'asset.cancelled' },
      schema: {
        operationId: 'cancelAssets',
        summary: 'Stop the processing of several assets',
        tags,
        description,
        body: bulkSchema,
        response: { 200: results },
      },
    },
    async (request) => await assets.cancelEach(callerOf(request), request.body.ids),
  );
}
