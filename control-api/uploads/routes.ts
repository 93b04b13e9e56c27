import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import { uploadListQuery, uploadPageSchema, uploadParams, uploadSchema } from './schemas.ts';
import type { UploadsService } from './service.ts';
import { tusVersion, type TusEndpoint } from './tus.ts';
import { tusAnswers, tusRequests } from './tus-document.ts';

export const uploadsPath = '/api/v1/uploads';

const config = { access: { may: 'uploads.create' }, longBody: true } as const;
const tags = ['uploads'];
/** What pages of other web origins may read of our answers, errors included, besides what every page may. */
const exposedHeaders = [
  'Dramabox-Asset',
  'Location',
  'Request-Id',
  'Retry-After',
  'Tus-Checksum-Algorithm',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
].join(', ');

/**
 * tus 1.0 (https://tus.io/protocols/resumable-upload): creation, creation-with-upload, termination, expiration and
 * checksum. The bodies are streams that no parser of ours touches.
 */
export async function registerUploadRoutes(app: HttpApp, uploads: UploadsService, tus: TusEndpoint): Promise<void> {
  for (const schema of [uploadSchema, uploadPageSchema]) app.addSchema(schema);

  await app.register(async (scope: HttpApp) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => {
      done(null);
    });
    scope.addHook('onSend', async (request, reply) => {
      // Also where an earlier answer is repeated.
      if (request.method === 'POST') void reply.header('tus-resumable', tusVersion);
      void reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders });
    });

    scope.get(
      uploadsPath,
      {
        config,
        schema: {
          operationId: 'listUploads',
          summary: "Unfinished uploads of the account that asks, newest first; a super admin may ask for everybody's",
          tags,
          querystring: uploadListQuery,
          response: { 200: answer('A page of unfinished uploads.', reference(uploadPageSchema)) },
        },
      },
      async (request) => await uploads.list(identityOf(request), request.query),
    );

    const options = {
      summary: 'What this server speaks of tus',
      tags,
      response: { 204: emptyAnswer('What this server speaks of tus.', tusAnswers.described) },
    };
    scope.options(
      uploadsPath,
      { config: { access: 'public' }, schema: { ...options, operationId: 'describeTus' } },
      async (request, reply) => await tus.options(request, reply),
    );
    scope.options(
      `${uploadsPath}/:id`,
      {
        config: { access: 'public' },
        schema: { ...options, operationId: 'describeTusOfUpload', params: uploadParams },
      },
      async (request, reply) => await tus.options(request, reply),
    );

    scope.post(
      uploadsPath,
      {
        config: {
          ...config,
          methodOverride: true,
          audit: 'upload.created',
          documented: tusRequests.creation,
          // The bytes that may come with it are not compared: they are asked for from where the upload stands.
          idempotent: { by: ['upload-length', 'upload-metadata'] },
        },
        schema: {
          operationId: 'createUpload',
          summary: 'Begin an upload (tus creation, creation-with-upload)',
          tags,
          response: { 201: emptyAnswer('The upload was begun.', tusAnswers.created) },
        },
      },
      async (request, reply) => await tus.create(request, reply, callerOf(request)),
    );

    const one = { params: uploadParams, tags };
    scope.head(
      `${uploadsPath}/:id`,
      {
        config: { ...config, methodOverride: true, swagger: { exposeHeadRoute: true }, documented: tusRequests.plain },
        schema: {
          ...one,
          operationId: 'getUploadOffset',
          summary: 'Where the upload continues',
          response: { 200: emptyAnswer('How much has arrived.', tusAnswers.found) },
        },
      },
      async (request, reply) => await tus.describe(request, reply, identityOf(request), request.params.id),
    );

    scope.patch(
      `${uploadsPath}/:id`,
      {
        config: {
          ...config,
          methodOverride: true,
          audit: { none: 'Bytes arrive; the asset that the last of them makes is recorded.' },
          documented: tusRequests.continuation,
        },
        schema: {
          ...one,
          operationId: 'continueUpload',
          summary: 'Continue an upload',
          response: { 204: emptyAnswer('The bytes are kept.', tusAnswers.continued) },
        },
      },
      async (request, reply) => await tus.append(request, reply, callerOf(request), request.params.id),
    );

    scope.delete(
      `${uploadsPath}/:id`,
      {
        config: { ...config, methodOverride: true, audit: 'upload.given-up', documented: tusRequests.plain },
        schema: {
          ...one,
          operationId: 'giveUploadUp',
          summary: 'Give an upload up: one of the account that asks, or any for a super admin',
          response: { 204: emptyAnswer('Its bytes are gone.', tusAnswers.givenUp) },
        },
      },
      async (request, reply) => await tus.terminate(request, reply, callerOf(request), request.params.id),
    );
  });
}
