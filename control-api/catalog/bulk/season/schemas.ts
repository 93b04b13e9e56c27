import { Type, type Static } from 'typebox';
import { idSchema, limitQuery, nullable, pageOf, reference, timeSchema } from '../../../schemas.ts';
import { nameCharacters } from '../../titles/schemas.ts';

/** The most files or episodes of one request. */
const mostFiles = 500;
/** Greatest number of a season or an episode. */
const greatestNumber = 100_000;

const filename = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'As it is called where it comes from; a path, where its folders say the season.',
  examples: ['Season 1/E03.mp4'],
});

export const planSeasonSchema = Type.Object(
  { files: Type.Array(filename, { minItems: 1, maxItems: mostFiles }) },
  { additionalProperties: false, examples: [{ files: ['E01.mp4', 'E02.mp4'] }] },
);
export type PlanSeason = Static<typeof planSeasonSchema>;

/** What keeps a file from being taken as it is named. */
const filePlanProblems = [
  'no-number',
  'several-numbers',
  'range',
  'fraction',
  'unlike-the-others',
  'twice',
  'which-season',
  'other-season',
  'impossible-number',
  'has-video',
] as const;
export type FilePlanProblem = (typeof filePlanProblems)[number];

const plannedFile = Type.Object({
  filename: Type.String(),
  season: nullable(Type.Integer()),
  episode: nullable(Type.Integer()),
  name: nullable(Type.String({ description: 'What the episode may be called, of what the name has left.' })),
  dropped: Type.Array(Type.String(), { description: 'What was taken for quality, year or date.' }),
  titleId: nullable({ ...idSchema('title'), description: 'The episode that is there already.' }),
  assetId: nullable({ ...idSchema('asset'), description: 'The video that it has.' }),
  problem: nullable(
    Type.Enum([...filePlanProblems], {
      description:
        'Why it is open which episode this is, or, `has-video`, that another video is there: nothing is guessed.',
    }),
  ),
});

export const seasonPlanSchema = Type.Object(
  {
    files: Type.Array(plannedFile, { maxItems: mostFiles }),
    seasons: Type.Array(
      Type.Object({
        number: Type.Integer(),
        titleId: nullable({ ...idSchema('title'), description: 'Null: it would be made.' }),
        missing: Type.Array(Type.Integer(), {
          description: 'Numbers between those that are there or come; a hundred at most.',
        }),
      }),
    ),
  },
  { $id: 'SeasonPlan' },
);
export type SeasonPlanView = Static<typeof seasonPlanSchema>;

export const addEpisodesSchema = Type.Object(
  {
    episodes: Type.Array(
      Type.Object(
        {
          season: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: greatestNumber,
              description: 'Of a series; made where it is not there. For a season its own number, or nothing.',
            }),
          ),
          number: Type.Integer({ minimum: 1, maximum: greatestNumber }),
          name: Type.String({ minLength: 1, maxLength: nameCharacters, description: 'In the original language.' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: mostFiles },
    ),
    seasonName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: nameCharacters,
        description: 'What a season is called that is made; `{number}` stands for its number.',
        examples: ['Season {number}'],
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ seasonName: 'Season {number}', episodes: [{ season: 1, number: 1, name: 'The Door' }] }],
  },
);
export type AddEpisodes = Static<typeof addEpisodesSchema>;

export const addedEpisodesSchema = Type.Object(
  {
    episodes: Type.Array(
      Type.Object({
        season: Type.Integer(),
        number: Type.Integer(),
        titleId: idSchema('title'),
        isNew: Type.Boolean({ description: 'False: it was there already, and stays as it is.' }),
      }),
      { maxItems: mostFiles },
    ),
  },
  { $id: 'AddedEpisodes' },
);
export type AddedEpisodesView = Static<typeof addedEpisodesSchema>;

const arrivalStates = ['uploading', 'arrived', 'attached', 'failed', 'ended'] as const;

const arrivalSchema = Type.Object(
  {
    uploadId: idSchema('upload'),
    titleId: idSchema('title'),
    filename: Type.String(),
    bytes: Type.Integer(),
    state: Type.Enum([...arrivalStates], {
      description:
        '`arrived`: all bytes are here, and it is about to become the video; `failed`: it did not, see `problem`, and its asset is kept; `ended`: it was given up or expired.',
    }),
    assetId: nullable(idSchema('asset')),
    assetState: nullable(Type.String({ description: 'How far the processing of the asset is.' })),
    problem: nullable(Type.String({ description: 'The code of a problem.' })),
    createdAt: timeSchema,
  },
  { $id: 'TitleUpload' },
);
export type ArrivalView = Static<typeof arrivalSchema>;
export const arrivalPageSchema = pageOf(reference(arrivalSchema), 'TitleUploadPage');

export const arrivalQuery = Type.Object(
  { cursor: Type.Optional({ ...idSchema('upload'), description: '`nextCursor` of the page before.' }), ...limitQuery },
  { additionalProperties: false },
);

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const seasonSchemas = [seasonPlanSchema, addedEpisodesSchema, arrivalSchema, arrivalPageSchema];
