import type { FastifyRequest } from 'fastify';
import { identityOf } from '../../../server/http/access.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { preferredLanguages } from '../../language.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import { presentChoices, type StreamingChoices } from '../streaming/choices.ts';
import { streamingChoicesSchema, streamingSchemas } from '../streaming/schemas.ts';
import type { Releasing } from '../release/releasing.ts';
import type { TitleArranging } from './arranging.ts';
import type { TitleEditing } from './editing.ts';
import type { TitleReading } from './reading.ts';
import {
  changeTitleSchema,
  createTitleSchema,
  featuredSchema,
  orderSchema,
  putReleasesSchema,
  stepSchema,
  titleListQuery,
  titlePageSchema,
  titleParams,
  titleSchema,
  titleSchemas,
} from './schemas.ts';

export interface TitleParts {
  readonly reading: TitleReading;
  readonly editing: TitleEditing;
  readonly releasing: Releasing;
  readonly arranging: TitleArranging;
  readonly choices: StreamingChoices;
}

const read = { access: { may: 'titles.read' } } as const;
const edit = { access: { may: 'titles.edit' } } as const;
const publish = { access: { may: 'titles.publish' } } as const;
const tags = ['catalogue'];
const title = { 200: answer('The title as it is now.', reference(titleSchema)) };
const onlyIfUnchanged =
  'Somebody who changed it since the `revision` that is named is not overwritten (409 `title_changed`).';

/** The catalogue for staff. */
export function registerTitleRoutes(
  app: HttpApp,
  { reading, editing, releasing, arranging, choices }: TitleParts,
): void {
  for (const schema of [...streamingSchemas, ...titleSchemas]) app.addSchema(schema);
  const shown = async (request: Pick<FastifyRequest, keyof Parameters<typeof identityOf>[0] | 'headers'>, id: string) =>
    reading.get(identityOf(request), id, preferredLanguages(request.headers['accept-language']));

  app.get(
    '/api/v1/catalogue/titles',
    {
      config: read,
      schema: {
        operationId: 'listCatalogueTitles',
        summary: 'Titles in any state: searched and filtered, page by page',
        tags,
        querystring: titleListQuery,
        description: 'The newest first; what is a part of a named `parentId` in the order of its numbers.',
        response: { 200: answer('A page of titles.', reference(titlePageSchema)) },
      },
    },
    async (request) =>
      await reading.list(identityOf(request), request.query, preferredLanguages(request.headers['accept-language'])),
  );

  app.post(
    '/api/v1/catalogue/titles',
    {
      config: { ...edit, idempotent: true, audit: 'title.created' },
      schema: {
        operationId: 'createCatalogueTitle',
        summary: 'Make a title, as a draft',
        tags,
        body: createTitleSchema,
        description: 'Who works on some titles makes parts of them, and no series or movies (403 `rights_narrowed`).',
        response: { 201: answer('The new title.', reference(titleSchema)) },
      },
    },
    async (request, reply) => {
      const id = await editing.create(callerOf(request), request.body);
      return reply.code(201).send(await shown(request, id));
    },
  );

  app.get(
    '/api/v1/catalogue/titles/:id',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueTitle',
        summary: 'A title, with everything that staff say about it',
        tags,
        params: titleParams,
        response: { 200: answer('The title.', reference(titleSchema)) },
      },
    },
    async (request) => await shown(request, request.params.id),
  );

  app.patch(
    '/api/v1/catalogue/titles/:id',
    {
      config: { ...edit, audit: 'title.changed' },
      schema: {
        operationId: 'changeCatalogueTitle',
        summary: 'Change a title',
        tags,
        params: titleParams,
        body: changeTitleSchema,
        description: `What is not named stays. With another \`assetId\` it has another video: address, statistics and progress stay. ${onlyIfUnchanged}`,
        response: title,
      },
    },
    async (request) => {
      await editing.change(callerOf(request), request.params.id, request.body);
      return shown(request, request.params.id);
    },
  );

  app.put(
    '/api/v1/catalogue/titles/:id/releases',
    {
      config: { ...publish, audit: 'title.release-changed' },
      schema: {
        operationId: 'putCatalogueReleases',
        summary: 'Say when a title is released, and where',
        tags,
        params: titleParams,
        body: putReleasesSchema,
        description: `Instead of what was said before. Without any it is there as long as what it is a part of. ${onlyIfUnchanged}`,
        response: title,
      },
    },
    async (request) => {
      await releasing.putReleases(callerOf(request), request.params.id, request.body);
      return shown(request, request.params.id);
    },
  );

  app.post(
    '/api/v1/catalogue/steps',
    {
      config: { ...edit, audit: 'title.state-changed' },
      schema: {
        operationId: 'stepCatalogueTitles',
        summary: 'Submit, approve, publish or withdraw titles, all in one moment',
        tags,
        body: stepSchema,
        description:
          'When one is refused nothing changes, and the answer names it as `titleId`. Approving, publishing and withdrawing need the permission `titles.publish`.',
        response: { 204: emptyAnswer('Done, for all of them.') },
      },
    },
    async (request, reply) => {
      await releasing.step(callerOf(request), request.body);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/api/v1/catalogue/titles/:id/order',
    {
      config: { ...edit, audit: 'title.reordered' },
      schema: {
        operationId: 'orderCatalogueTitles',
        summary: 'Give the parts of a title a new order',
        tags,
        params: titleParams,
        body: orderSchema,
        description:
          'All of one kind are named; where others were added or removed meanwhile it is refused (409 `conflict`).',
        response: { 204: emptyAnswer('They have the numbers of their places now.') },
      },
    },
    async (request, reply) => {
      await arranging.order(callerOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/catalogue/titles/:id',
    {
      config: { ...publish, audit: 'title.deleted' },
      schema: {
        operationId: 'deleteCatalogueTitle',
        summary: 'Take a title out, with everything that is a part of it',
        tags,
        params: titleParams,
        description: 'It can be restored for `catalogue.deletedDays` days. Its videos stay.',
        response: { 204: emptyAnswer('Deleted.') },
      },
    },
    async (request, reply) => {
      await arranging.delete(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/catalogue/titles/:id/restore',
    {
      config: { ...publish, audit: 'title.restored' },
      schema: {
        operationId: 'restoreCatalogueTitle',
        summary: 'Bring back a deleted title, with what was deleted with it',
        tags,
        params: titleParams,
        response: title,
      },
    },
    async (request) => {
      await arranging.restore(callerOf(request), request.params.id);
      return shown(request, request.params.id);
    },
  );

  app.get(
    '/api/v1/catalogue/streaming-choices',
    {
      config: { ...read, scope: { none: 'They are those of the configuration, the same for all titles.' } },
      schema: {
        operationId: 'getStreamingChoices',
        summary: 'What titles can choose for their streams, by name',
        tags,
        description: 'Ladders and price classes are those of the configuration.',
        response: { 200: answer('The names.', reference(streamingChoicesSchema)) },
      },
    },
    () => presentChoices(choices),
  );

  app.get(
    '/api/v1/catalogue/featured',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueFeatured',
        summary: 'What comes first on the home page, released or not',
        tags,
        response: { 200: answer('Their ids, in order.', featuredSchema) },
      },
    },
    async (request) => await arranging.featured(identityOf(request).scope),
  );

  app.put(
    '/api/v1/catalogue/featured',
    {
      config: { ...publish, scope: 'whole', audit: 'catalogue.featured' },
      schema: {
        operationId: 'putCatalogueFeatured',
        summary: 'Say what comes first on the home page',
        tags,
        body: featuredSchema,
        description: 'Each is shown while it is released.',
        response: { 204: emptyAnswer('They come first now.') },
      },
    },
    async (request, reply) => {
      await arranging.putFeatured(callerOf(request), request.body.titles);
      return reply.code(204).send(null);
    },
  );
}
