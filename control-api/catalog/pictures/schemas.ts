import { Type, type Static } from 'typebox';
import { languageSchema } from '../../language.ts';
import { idSchema, nullable, reference } from '../../schemas.ts';
import { mostTexts } from '../titles/schemas.ts';
import { pictureSchema, picturesSchema } from './picture-schema.ts';
import { pictureKinds, titlePictureKinds } from './shapes.ts';

/** The most frames that are suggested. */
export const mostSuggestions = 24;
/** The most titles and people that get pictures in one step. */
const mostAtOnce = 200;

const kindSchema = Type.Enum([...pictureKinds], {
  description: 'poster 2:3, cover 9:16, banner 16:9, portrait 1:1 (of people).',
});
const titleKindSchema = Type.Enum([...titlePictureKinds]);
const hashSchema = Type.String({ pattern: '^[0-9a-f]{40}$', maxLength: 40, description: 'A picture, by its content.' });

export const madePictureSchema = Type.Object(
  { id: hashSchema, kind: kindSchema, picture: reference(pictureSchema) },
  { $id: 'MadePicture' },
);

const forLanguage = nullable({ ...languageSchema, description: 'Of those whom it is for. Null: everybody else.' });
const titlePictureSchema = Type.Object(
  {
    kind: titleKindSchema,
    language: forLanguage,
    id: hashSchema,
    picture: reference(pictureSchema),
    titleId: { ...idSchema('title'), description: 'Whose it is.' },
  },
  { $id: 'TitlePicture' },
);
export const titlePicturesSchema = Type.Object(
  {
    items: Type.Array(reference(titlePictureSchema), { description: 'Its own.' }),
    inherited: Type.Array(reference(titlePictureSchema), {
      description: 'Of the kinds of which it has none: what it shows of the nearest title that it is a part of.',
    }),
  },
  { $id: 'TitlePictures' },
);

const frameSchema = Type.Object(
  {
    assetId: idSchema('asset'),
    versionId: idSchema('version'),
    chunk: Type.Integer({ minimum: 0 }),
    atMs: Type.Integer({ description: 'Where it is in the video, in milliseconds.' }),
    width: Type.Integer(),
    height: Type.Integer(),
  },
  { $id: 'PictureFrame', description: '`GET /assets/{id}/stills/{versionId}/{chunk}` is its file.' },
);
export const suggestionsSchema = Type.Object(
  { items: Type.Array(reference(frameSchema), { maxItems: mostSuggestions }) },
  { $id: 'PictureFrames' },
);

const pixels = Type.Integer({ minimum: 0, maximum: 20_000 });
const cropFields = { left: pixels, top: pixels, width: { ...pixels, minimum: 1 }, height: { ...pixels, minimum: 1 } };
const share = Type.Number({ minimum: 0, maximum: 1 });
const whatIsShown =
  'Of a picture that has another shape: the part that is shown, in pixels of the picture as it is seen, or the point around which as much is shown as there is.';
const cropSchema = Type.Object(cropFields, { additionalProperties: false });
const focusSchema = Type.Object({ x: share, y: share }, { additionalProperties: false });

export const uploadQuery = Type.Object(
  {
    kind: kindSchema,
    crop: Type.Optional(
      Type.String({
        pattern: '^\\d{1,5},\\d{1,5},[1-9]\\d{0,4},[1-9]\\d{0,4}$',
        maxLength: 23,
        description: `\`left,top,width,height\`. ${whatIsShown}`,
        examples: ['120,0,800,1200'],
      }),
    ),
    focus: Type.Optional(
      Type.String({
        pattern: '^(0(\\.\\d{1,4})?|1(\\.0{1,4})?),(0(\\.\\d{1,4})?|1(\\.0{1,4})?)$',
        maxLength: 13,
        description: '`x,y`, from `0,0` (top left) to `1,1`.',
        examples: ['0.5,0.33'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type UploadQuery = Static<typeof uploadQuery>;

export const frameChoiceSchema = Type.Object(
  {
    kind: kindSchema,
    stillVersionId: idSchema('version'),
    chunk: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    crop: Type.Optional({ ...cropSchema, description: whatIsShown }),
    focus: Type.Optional({ ...focusSchema, description: 'From 0, 0 (top left) to 1, 1. Default: the middle.' }),
  },
  {
    additionalProperties: false,
    examples: [
      { kind: 'poster', stillVersionId: 'version_01JZ8Q4M6RXK3V5T9B2C7D1E0F', chunk: 12, focus: { x: 0.3, y: 0.5 } },
    ],
  },
);

const revision = Type.Integer({ minimum: 1, description: 'That of the title or person as it was looked at.' });
const givenPicture = Type.Object(
  { kind: titleKindSchema, language: Type.Optional(forLanguage), id: hashSchema },
  { additionalProperties: false },
);
const mostPictures = mostTexts * titlePictureKinds.length;

export const putPicturesSchema = Type.Object(
  {
    titles: Type.Optional(
      Type.Array(
        Type.Object(
          { titleId: idSchema('title'), revision, pictures: Type.Array(givenPicture, { maxItems: mostPictures }) },
          { additionalProperties: false },
        ),
        { maxItems: mostAtOnce, description: 'Each has these instead of those that it had; without any it has none.' },
      ),
    ),
    people: Type.Optional(
      Type.Array(
        Type.Object(
          { personId: idSchema('person'), revision, portrait: nullable(hashSchema) },
          { additionalProperties: false },
        ),
        { maxItems: mostAtOnce },
      ),
    ),
    publish: Type.Optional(
      Type.Boolean({
        description: 'Publishes these titles in the same moment. Needs the permission `titles.publish`.',
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [
      {
        titles: [
          {
            titleId: 'title_01JZ8Q4M6RXK3V5T9B2C7D1E0F',
            revision: 3,
            pictures: [{ kind: 'poster', language: null, id: '0123456789012345678901234567890123456789' }],
          },
        ],
      },
    ],
  },
);
export type PutPictures = Static<typeof putPicturesSchema>;

export const titleParams = Type.Object({ id: idSchema('title') });

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const pictureSchemas = [
  pictureSchema,
  picturesSchema,
  madePictureSchema,
  titlePictureSchema,
  titlePicturesSchema,
  frameSchema,
  suggestionsSchema,
];
