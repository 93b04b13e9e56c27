import { Type } from 'typebox';
import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { reference } from '../schemas.ts';
import { uploadListQuery, uploadPageSchema, uploadParams, uploadSchema } from './schemas.ts';
import type { UploadsService } from './service.ts';
import type { TusEndpoint } from './tus.ts';

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
const empty = (description: string) => ({ ...Type.Null(), description });

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
    scope.addHook('onSend', async (_request, reply) => {
      void reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedHeaders });
    });

    scope.get(
      uploadsPath,
      {
        config,
        schema: {
          summary: "Unfinished uploads of the account that asks, newest first; a super admin may ask for everybody's",
          tags,
          querystring: uploadListQuery,
          response: { 200: reference(uploadPageSchema) },
        },
      },
      async (request) => await uploads.list(identityOf(request), request.query),
    );

    const options = {
      summary: 'What this server speaks of tus',
      tags,
      response: { 204: empty('`Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`.') },
    };
    scope.options(
      uploadsPath,
      { config: { access: 'public' }, schema: options },
      async (request, reply) => await tus.options(request, reply),
    );
    scope.options(
      `${uploadsPath}/:id`,
      { config: { access: 'public' }, schema: { ...options, params: uploadParams } },
      async (request, reply) => await tus.options(request, reply),
    );

    scope.post(
      uploadsPath,
      {
        config: { ...config, audit: 'upload.created' },
        schema: {
          summary: 'Begin an upload (tus creation, creation-with-upload)',
          tags,
          description:
            '`Upload-Length` is needed (not deferred); `Upload-Metadata` (at most 4096 bytes) may give `filename` and `filetype`; `Upload-Checksum` may be given with data.',
          response: {
            201: empty(
              '`Location` of the upload, `Upload-Offset`, `Upload-Expires`; `Dramabox-Asset` when the data was complete.',
            ),
          },
        },
      },
      async (request, reply) => await tus.create(request, reply, callerOf(request)),
    );

    const one = { params: uploadParams, tags };
    scope.head(
      `${uploadsPath}/:id`,
      {
        config,
        schema: {
          ...one,
          summary: 'Where the upload continues',
          response: {
            200: empty('`Upload-Offset`, `Upload-Length`, `Upload-Expires`; `Dramabox-Asset` once finished.'),
          },
        },
      },
      async (request, reply) => await tus.describe(request, reply, identityOf(request), request.params.id),
    );

    scope.patch(
      `${uploadsPath}/:id`,
      {
        config: { ...config, audit: { none: 'Bytes arrive; the asset that the last of them makes is recorded.' } },
        schema: {
          ...one,
          summary: 'Continue an upload',
          description:
            'Content type `application/offset+octet-stream`, `Upload-Offset`, and optionally `Upload-Checksum`.',
          response: { 204: empty('`Upload-Offset`, `Upload-Expires`; `Dramabox-Asset` with the last byte.') },
        },
      },
      async (request, reply) => await tus.append(request, reply, callerOf(request), request.params.id),
    );

    scope.delete(
      `${uploadsPath}/:id`,
      {
        config: { ...config, audit: 'upload.given-up' },
        schema: {
          ...one,
          summary: 'Give an upload up: one of the account that asks, or any for a super admin',
          response: { 204: empty('Its bytes are gone.') },
        },
      },
      async (request, reply) => await tus.terminate(request, reply, callerOf(request), request.params.id),
    );
  });
}
