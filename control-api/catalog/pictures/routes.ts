import type { HttpApp } from '../../../server/http/http-app.ts';
import { identityOf } from '../../../server/http/access.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { PictureCollection } from './collection.ts';
import { mostBytes } from './make.ts';
import type { PictureRow } from './repository.ts';
import {
  frameChoiceSchema,
  madePictureSchema,
  pictureSchemas,
  putPicturesSchema,
  suggestionsSchema,
  titleParams,
  titlePicturesSchema,
  uploadQuery,
  type UploadQuery,
} from './schemas.ts';
import type { Pictures } from './service.ts';
import type { Cut } from './shapes.ts';
import type { PictureShowing } from './showing.ts';

export interface PictureParts {
  readonly pictures: Pictures;
  readonly collection: Pick<PictureCollection, 'add' | 'addFrame'>;
  readonly showing: Pick<PictureShowing, 'present'>;
}

const read = { access: { may: 'titles.read' } } as const;
const edit = { access: { may: 'titles.edit' } } as const;
const tags = ['catalogue'];
const limits = [{ per: 'account', points: 120, seconds: 60, what: 'pictures' }] as const;
const nothingYet = { none: 'A picture that nothing has yet changes nothing, and is removed after a day.' };
const made = answer('The picture, to be given to titles or people.', reference(madePictureSchema));
const picturesAreKept =
  'The same picture twice is one. What nothing has is removed after a day. Nothing else than its pixels is kept of the file.';

/** Pictures for staff: making them, and giving them to titles and people. */
export async function registerPictureRoutes(app: HttpApp, parts: PictureParts): Promise<void> {
  const { pictures, collection, showing } = parts;
  for (const schema of pictureSchemas) app.addSchema(schema);
  const present = (row: PictureRow) => ({ id: row.hash, kind: row.kind, picture: showing.present(row) });

  await app.register(async (scope: HttpApp) => {
    // The body is the file. These types need a preflight, which we do not answer, so no other page can send one.
    scope.removeAllContentTypeParsers();
    const parser = { parseAs: 'buffer', bodyLimit: mostBytes } as const;
    scope.addContentTypeParser(/^(image\/|application\/octet-stream$)/, parser, (_request, body, done) => {
      done(null, body);
    });

    scope.post(
      '/api/v1/catalogue/pictures',
      {
        bodyLimit: mostBytes,
        config: {
          ...edit,
          scope: { none: 'It is of no title yet.' },
          audit: nothingYet,
          limits,
          longBody: true,
          documented: {
            body: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
          },
        },
        schema: {
          operationId: 'uploadCataloguePicture',
          summary: 'Give a picture: a JPEG, PNG, WebP or AVIF of at most 20 MiB and 48 megapixels',
          tags,
          querystring: uploadQuery,
          description: `What it is is seen by its content, whatever it is declared as. ${picturesAreKept}`,
          response: { 201: made },
        },
      },
      async (request, reply) => {
        const { kind } = request.query;
        const file = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        return reply.code(201).send(present(await collection.add(file, kind, cutOf(request.query))));
      },
    );
  });

  app.post(
    '/api/v1/catalogue/pictures/from-frame',
    {
      config: { ...edit, audit: nothingYet, limits },
      schema: {
        operationId: 'makeCataloguePictureFromFrame',
        summary: 'Make a picture of a frame of a video',
        tags,
        body: frameChoiceSchema,
        description: picturesAreKept,
        response: { 201: made },
      },
    },
    async (request, reply) => {
      const { kind, stillVersionId, chunk, crop, focus = { x: 0.5, y: 0.5 } } = request.body;
      const frame = { versionId: stillVersionId, chunk };
      const row = await collection.addFrame(identityOf(request), frame, kind, crop ? { crop } : { focus });
      return reply.code(201).send(present(row));
    },
  );

  app.put(
    '/api/v1/catalogue/pictures',
    {
      config: { ...edit, audit: ['title.pictures-changed', 'term.portrait-changed', 'title.state-changed'] },
      schema: {
        operationId: 'putCataloguePictures',
        summary: 'Give titles and people their pictures, all in one moment',
        tags,
        body: putPicturesSchema,
        description:
          'When one is refused nothing changes. What is released shows them at once. Somebody who changed one since the `revision` that is named is not overwritten (409 `title_changed`, `term_changed`).',
        response: { 204: emptyAnswer('They have them now.') },
      },
    },
    async (request, reply) => {
      await pictures.put(callerOf(request), request.body);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/catalogue/titles/:id/pictures',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueTitlePictures',
        summary: 'Which pictures a title has, in all languages',
        tags,
        params: titleParams,
        response: { 200: answer('All of them.', reference(titlePicturesSchema)) },
      },
    },
    async (request) => await pictures.list(identityOf(request).scope, request.params.id),
  );

  app.get(
    '/api/v1/catalogue/titles/:id/frames',
    {
      config: read,
      schema: {
        operationId: 'listCatalogueTitleFrames',
        summary: 'Frames of the videos of a title and its parts that would make pictures',
        tags,
        params: titleParams,
        description: 'Sharp, not dark, and different from one another; the best of them.',
        response: { 200: answer('Frames, the best ones.', reference(suggestionsSchema)) },
      },
    },
    async (request) => await pictures.suggestions(identityOf(request).scope, request.params.id),
  );
}

/** What the query says of the part that is shown; the schema knows its form. */
function cutOf({ crop, focus }: UploadQuery): Cut | undefined {
  if (crop !== undefined) {
    const [left = 0, top = 0, width = 0, height = 0] = crop.split(',').map(Number);
    return { crop: { left, top, width, height } };
  }
  if (focus === undefined) return undefined;
  const [x = 0, y = 0] = focus.split(',').map(Number);
  return { focus: { x, y } };
}
