import { Type, type Static } from 'typebox';
import { languageSchema } from '../../../language.ts';
import { idSchema, reference } from '../../../schemas.ts';
import { maturitySchema, nameCharacters } from '../../titles/schemas.ts';

/** The most videos that become titles in one request. */
const mostVideos = 200;

const video = Type.Object(
  {
    assetId: idSchema('asset'),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: nameCharacters,
        pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}]',
        description: 'In the original language. Default: as the video is called in the library.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const titlesFromVideosSchema = Type.Object(
  {
    videos: Type.Array(video, { minItems: 1, maxItems: mostVideos }),
    seasonId: Type.Optional({
      ...idSchema('title'),
      description: 'They become episodes of this season, behind its last one, in this order. Without it: movies.',
    }),
    originalLanguage: Type.Optional({ ...languageSchema, description: 'Of movies; episodes have that of the series.' }),
    maturity: Type.Optional(maturitySchema),
    publish: Type.Optional(
      Type.Boolean({
        description: 'Publishes what is made in the same moment. Needs the permission `titles.publish`.',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ originalLanguage: 'en', videos: [{ assetId: 'asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F' }] }],
  },
);
export type TitlesFromVideos = Static<typeof titlesFromVideosSchema>;

const madeSchema = Type.Object(
  {
    assetId: idSchema('asset'),
    titleId: idSchema('title'),
    isNew: Type.Boolean({ description: 'False: a title had this video already, and stays as it is.' }),
  },
  { $id: 'TitleOfVideo' },
);
export const madeTitlesSchema = Type.Object(
  { items: Type.Array(reference(madeSchema), { maxItems: mostVideos }) },
  { $id: 'TitlesOfVideos' },
);
export type MadeTitlesView = Static<typeof madeTitlesSchema>;

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const videoSchemas = [madeSchema, madeTitlesSchema];
