import { Type } from 'typebox';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { identityOf } from '../../../server/http/access.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { answer, emptyAnswer, idSchema, reference } from '../../schemas.ts';
import type { SubtitleEditing } from './editing.ts';
import type { Tracks } from './reading.ts';
import {
  changeCuesSchema,
  changedCuesSchema,
  changeSubtitlesSchema,
  createSubtitlesSchema,
  cuePageSchema,
  cueQuery,
  fileQuery,
  replaceCuesSchema,
  revisionQuery,
  shiftSchema,
  subtitlesParams,
  subtitlesSchema,
  subtitlesSchemas,
  switchAudioSchema,
  tracksSchema,
  uploadBytes,
  uploadedSchema,
} from './schemas.ts';

const read = { access: { may: 'titles.read' } } as const;
const edit = { access: { may: 'titles.edit' } } as const;
const tags = ['catalogue'];
const titleParams = Type.Object({ id: idSchema('title') });
const one = { 200: answer('The subtitles as they are now.', reference(subtitlesSchema)) };
const onlyIfUnchanged =
  'Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`).';
const published = 'Viewers who start to watch get them within a moment; nothing is encoded again.';
const files = { vtt: 'text/vtt; charset=utf-8', srt: 'application/x-subrip; charset=utf-8' } as const;
const file = Type.String({ description: 'UTF-8.' });

/** Subtitles of titles, and which tracks viewers get. */
export function registerSubtitleRoutes(app: HttpApp, editing: SubtitleEditing, tracks: Tracks): void {
  for (const schema of subtitlesSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/catalogue/titles/:id/tracks',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueTracks',
        summary: 'The audio and the subtitles of a title, and what its video brings along',
        tags,
        params: titleParams,
        response: { 200: answer('The tracks.', reference(tracksSchema)) },
      },
    },
    async (request) => await tracks.of(identityOf(request).scope, request.params.id),
  );

  app.put(
    '/api/v1/catalogue/titles/:id/audio',
    {
      config: { ...edit, audit: 'title.audio-changed' },
      schema: {
        operationId: 'putCatalogueAudio',
        summary: 'Say which audio tracks viewers get',
        tags,
        params: titleParams,
        body: switchAudioSchema,
        description: `One stays on. Another video has other tracks: all of them are on. ${published}`,
        response: { 200: answer('The tracks as they are now.', reference(tracksSchema)) },
      },
    },
    async (request) => {
      await tracks.switchAudio(callerOf(request), request.params.id, request.body);
      return tracks.of(identityOf(request).scope, request.params.id);
    },
  );

  app.post(
    '/api/v1/catalogue/titles/:id/subtitles',
    {
      bodyLimit: uploadBytes,
      config: { ...edit, idempotent: true, audit: 'subtitles.created' },
      schema: {
        operationId: 'createCatalogueSubtitles',
        summary: 'Give a title subtitles, from a file or empty',
        tags,
        params: titleParams,
        body: createSubtitlesSchema,
        description: `A file that cannot be read is refused with the line and the reason (422 \`subtitles_refused\`). ${published}`,
        response: { 201: answer('The new subtitles, and what the file was.', reference(uploadedSchema)) },
      },
    },
    async (request, reply) => {
      const { id, file: found } = await editing.create(callerOf(request), request.params.id, request.body);
      return reply.code(201).send({ subtitles: await tracks.subtitles(identityOf(request).scope, id), file: found });
    },
  );

  app.get(
    '/api/v1/catalogue/subtitles/:id',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueSubtitles',
        summary: 'What is said about subtitles',
        tags,
        params: subtitlesParams,
        response: one,
      },
    },
    async (request) => await tracks.subtitles(identityOf(request).scope, request.params.id),
  );

  app.patch(
    '/api/v1/catalogue/subtitles/:id',
    {
      config: { ...edit, audit: 'subtitles.changed' },
      schema: {
        operationId: 'changeCatalogueSubtitles',
        summary: 'Change what is said about subtitles, and switch them on and off',
        tags,
        params: subtitlesParams,
        body: changeSubtitlesSchema,
        description: `What is not named stays. ${onlyIfUnchanged} ${published}`,
        response: one,
      },
    },
    async (request) => {
      await editing.change(callerOf(request), request.params.id, request.body);
      return tracks.subtitles(identityOf(request).scope, request.params.id);
    },
  );

  app.delete(
    '/api/v1/catalogue/subtitles/:id',
    {
      config: { ...edit, audit: 'subtitles.deleted' },
      schema: {
        operationId: 'deleteCatalogueSubtitles',
        summary: 'Remove subtitles for good',
        tags,
        params: subtitlesParams,
        querystring: revisionQuery,
        description: onlyIfUnchanged,
        response: { 204: emptyAnswer('Removed.') },
      },
    },
    async (request, reply) => {
      await editing.remove(callerOf(request), request.params.id, request.query.revision);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/catalogue/subtitles/:id/cues',
    {
      config: read,
      schema: {
        operationId: 'listCatalogueCues',
        summary: 'The texts of subtitles by their time, page by page',
        tags,
        params: subtitlesParams,
        querystring: cueQuery,
        description:
          'Pages of one reading belong together as long as their `revision` is the same; after another one, begin again.',
        response: { 200: answer('A page of texts.', reference(cuePageSchema)) },
      },
    },
    async (request) => await tracks.cues(identityOf(request).scope, request.params.id, request.query),
  );

  app.patch(
    '/api/v1/catalogue/subtitles/:id/cues',
    {
      config: { ...edit, audit: 'subtitles.cues-changed' },
      schema: {
        operationId: 'changeCatalogueCues',
        summary: 'Change, add and remove texts of subtitles',
        tags,
        params: subtitlesParams,
        body: changeCuesSchema,
        description: `All of the changes or none. ${onlyIfUnchanged} ${published}`,
        response: { 200: answer('What was changed, and the revision.', reference(changedCuesSchema)) },
      },
    },
    async (request) => await editing.changeCues(callerOf(request), request.params.id, request.body),
  );

  app.put(
    '/api/v1/catalogue/subtitles/:id/file',
    {
      bodyLimit: uploadBytes,
      config: { ...edit, audit: 'subtitles.cues-changed' },
      schema: {
        operationId: 'replaceCatalogueCues',
        summary: 'Replace all texts of subtitles by those of a file',
        tags,
        params: subtitlesParams,
        body: replaceCuesSchema,
        description: `${onlyIfUnchanged} ${published}`,
        response: { 200: answer('The subtitles as they are now, and what the file was.', reference(uploadedSchema)) },
      },
    },
    async (request) => {
      const found = await editing.replace(callerOf(request), request.params.id, request.body);
      return { subtitles: await tracks.subtitles(identityOf(request).scope, request.params.id), file: found };
    },
  );

  app.get(
    '/api/v1/catalogue/subtitles/:id/file',
    {
      config: read,
      schema: {
        operationId: 'downloadCatalogueSubtitles',
        summary: 'Subtitles as a file',
        tags,
        params: subtitlesParams,
        querystring: fileQuery,
        response: {
          200: {
            description: 'The file.',
            headers: { 'content-disposition': Type.String({ description: 'Its name.' }) },
            content: { 'text/vtt': { schema: file }, 'application/x-subrip': { schema: file } },
          },
        },
      },
    },
    async (request, reply) => {
      const { format = 'vtt' } = request.query;
      const { name, text } = await tracks.file(identityOf(request).scope, request.params.id, format);
      return reply.type(files[format]).header('content-disposition', `attachment; filename="${name}"`).send(text);
    },
  );

  app.post(
    '/api/v1/catalogue/subtitles/:id/shift',
    {
      config: { ...edit, audit: 'subtitles.cues-changed' },
      schema: {
        operationId: 'shiftCatalogueSubtitles',
        summary: 'Move all texts of subtitles in time',
        tags,
        params: subtitlesParams,
        body: shiftSchema,
        description: `${onlyIfUnchanged} ${published}`,
        response: one,
      },
    },
    async (request) => {
      await editing.shift(callerOf(request), request.params.id, request.body);
      return tracks.subtitles(identityOf(request).scope, request.params.id);
    },
  );
}
