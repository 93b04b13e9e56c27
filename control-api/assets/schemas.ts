import { Type, type Static } from 'typebox';
import { idSchema, limitQuery, nullable, pageOf, reference, timeSchema } from '../schemas.ts';
import { assetSorts, cursorCharacters, orders } from './list-cursor.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });
const fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const text = (description: string, maxLength = 200) => Type.String({ maxLength, description });

/** The most warnings of one version that are shown. */
export const warningsShown = 50;

/** The longest title. */
export const titleCharacters = 300;

/** The longest text that is searched for. */
export const searchCharacters = 100;

export const assetStates = ['processing', 'playable', 'ready', 'failed', 'cancelled'] as const;
export const stages = ['queued', 'preparing', 'encoding', 'packaging', 'done', 'failed', 'cancelled'] as const;

const errorSchema = Type.Object(
  {
    code: text('Stable, e.g. `media_no_video`.', 100),
    message: text('A sentence for people.', 2000),
    isPermanent: Type.Boolean({ description: 'The file itself is the reason: the same would come of trying again.' }),
  },
  { $id: 'ProcessingError' },
);

const renditionSchema = Type.Object(
  {
    id: idSchema('rendition'),
    name: text('Unique in the version, e.g. `v720-3000`.'),
    kind: Type.Enum(['video', 'audio']),
    codec: nullable(text('RFC 6381, once known.')),
    width: nullable(count('Pixels; null for audio.')),
    height: nullable(count('Pixels; null for audio.')),
    channels: nullable(count('1 is mono, 2 stereo, 6 is 5.1; null for video.')),
    targetBandwidth: count('The cap in bits per second.'),
    averageBandwidth: nullable(count('Measured, in bits per second.')),
    peakBandwidth: nullable(count('Measured, in bits per second.')),
    bytes: count('Published so far.'),
    unitsTotal: count('Video frames, or milliseconds of audio.'),
    unitsPackaged: count('Of those, how many can be played.'),
    encoded: fraction('Share that is encoded.'),
    packaged: fraction('Share that can be played.'),
    progress: fraction('Both together, for a progress bar.'),
  },
  { $id: 'Rendition' },
);

const workSchema = Type.Object(
  {
    stage: Type.Enum([...stages] as [...typeof stages], { description: 'What is happening to the version now.' }),
    progress: fraction('Over all renditions.'),
    etaSeconds: nullable(
      Type.Number({ minimum: 0, description: 'Estimate until it is complete; null when it cannot be told yet.' }),
    ),
    queuePosition: nullable(Type.Integer({ minimum: 1, description: '1 is next; null when it does not wait.' })),
    waitsFor: Type.Union([Type.Enum(['disk-space']), Type.Null()], {
      description: 'What it waits for before it goes on by itself; null when nothing holds it up.',
    }),
    fetched: nullable(
      fraction('Share of the source that a worker has fetched to examine it; null while nothing is fetched.'),
    ),
    error: nullable(reference(errorSchema)),
  },
  { $id: 'Work' },
);

const warningSchema = Type.Object(
  {
    code: Type.String({
      maxLength: 100,
      description: 'Stable, e.g. `audio_track_empty`.',
      examples: ['audio_track_not_accepted'],
    }),
    detail: text('A sentence for people.', 2000),
  },
  {
    $id: 'Warning',
    additionalProperties: Type.Union([Type.Number(), text('Value of a parameter.')]),
    description: 'What a title lost, or what had to be guessed, with the values that the sentence names.',
  },
);
const warningsOf = (whose: string) =>
  Type.Array(reference(warningSchema), {
    maxItems: warningsShown,
    description: `What ${whose} lost, or what was guessed; empty when nothing.`,
  });

const versionFields = {
  id: idSchema('version'),
  number: Type.Integer({ minimum: 1, description: '1, 2, 3 … within the asset.' }),
  state: Type.Enum(['queued', 'preparing', 'encoding', 'playable', 'complete', 'failed', 'cancelled']),
  isCurrent: Type.Boolean({ description: 'Whether new playback sessions get this version.' }),
  work: reference(workSchema),
  warnings: warningsOf('it'),
  createdAt: timeSchema,
  startedAt: nullable(timeSchema),
  playableAt: nullable(timeSchema),
  finishedAt: nullable(timeSchema),
};
const versionSummarySchema = Type.Object(versionFields, { $id: 'VersionSummary' });
const versionSchema = Type.Object(
  {
    ...versionFields,
    renditions: Type.Array(reference(renditionSchema), {
      maxItems: 1000,
      description: 'Highest bit rate first, video before audio.',
    }),
  },
  { $id: 'Version' },
);

const mediaSchema = Type.Object(
  {
    format: text('Demuxer.'),
    durationMs: count('Of the picture, in milliseconds.'),
    width: count('Displayed pixels, rotation applied.'),
    height: count('Displayed pixels, rotation applied.'),
    rotation: count('Clockwise degrees, already applied.'),
    frameRate: Type.Number({ minimum: 0, description: 'Average frames per second.' }),
    variableFrameRate: Type.Boolean(),
    interlaced: Type.Boolean(),
    videoCodec: text('As the probe named it.'),
    hdr: text('none, hdr10, hlg or other.'),
    audio: Type.Array(
      Type.Object({
        codec: text('As the probe named it.'),
        channels: count('Channels.'),
        layout: text('e.g. `5.1(side)`.'),
        language: text('BCP 47; `und` when unknown.'),
      }),
      { maxItems: 1000 },
    ),
  },
  { $id: 'SourceMedia', description: 'What the probe found in the source.' },
);
export type SourceMedia = Static<typeof mediaSchema>;

/** The most pictures of an asset that are listed. */
export const stillsShown = 12;

const stillSchema = Type.Object(
  {
    versionId: idSchema('version'),
    chunk: count('Which picture of the version: see `getStill`.'),
    atMs: count('When it is shown, in milliseconds.'),
    width: count('Pixels.'),
    height: count('Pixels.'),
  },
  { $id: 'Still', description: 'A picture of the title, taken from it.' },
);
export type StillView = Static<typeof stillSchema>;

const assetFields = {
  id: idSchema('asset'),
  title: text('Plain text: never HTML.', titleCharacters),
  state: Type.Enum([...assetStates] as [...typeof assetStates], {
    description: '`playable` grows while it plays, `ready` is complete.',
  }),
  isPlayable: Type.Boolean({ description: 'Whether a playback session can be started.' }),
  filename: text('Of the upload, for display.', 255),
  sourceBytes: count('Size of the source.'),
  durationMs: nullable(count('Of the title, picture and sound together, in milliseconds; once probed.')),
  error: nullable(reference(errorSchema)),
  warnings: warningsOf('the version that is served, else the newest one,'),
  poster: nullable(reference(stillSchema)),
  mayChange: Type.Boolean({ description: 'Whether the account that asks may change it.' }),
  createdAt: timeSchema,
  updatedAt: timeSchema,
};
const assetSummarySchema = Type.Object(
  { ...assetFields, newestVersion: nullable(reference(versionSummarySchema)) },
  { $id: 'AssetSummary' },
);
export const assetSchema = Type.Object(
  {
    ...assetFields,
    media: nullable(reference(mediaSchema)),
    stills: Type.Array(reference(stillSchema), {
      maxItems: stillsShown,
      description: 'Pictures that do not look alike, in the order of the title.',
    }),
    versions: Type.Array(reference(versionSchema), { maxItems: 20, description: 'The newest 20, newest first.' }),
  },
  { $id: 'Asset' },
);
export type AssetSummaryView = Static<typeof assetSummarySchema>;
export type AssetView = Static<typeof assetSchema>;
export type VersionView = Static<typeof versionSchema>;
export type VersionSummaryView = Static<typeof versionSummarySchema>;
export type RenditionView = Static<typeof renditionSchema>;
export type WorkView = Static<typeof workSchema>;
export type WarningView = Static<typeof warningSchema>;

export const assetPageSchema = pageOf(reference(assetSummarySchema), 'AssetPage', cursorCharacters);

export const assetParams = Type.Object({ id: idSchema('asset') });
export const assetListQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: searchCharacters,
        description:
          'Only assets whose title contains this text, or whose id begins with it. Small and capital letters are the same, and so are Latin letters with and without accents; no character stands for others.',
        examples: ['episode 1'],
      }),
    ),
    state: Type.Optional(
      Type.Enum([...assetStates] as [...typeof assetStates], { description: 'Only assets in this state.' }),
    ),
    mine: Type.Optional(Type.Boolean({ description: 'Only assets of the account that asks.' })),
    hasWarnings: Type.Optional(Type.Boolean({ description: 'Only assets that have `warnings`.' })),
    sort: Type.Optional(
      Type.Enum([...assetSorts] as [...typeof assetSorts], {
        description:
          'Default `added`. Numbers in titles are compared by their value; a duration that is not known yet is 0; states are in the order of their names.',
      }),
    ),
    order: Type.Optional(
      Type.Enum([...orders] as [...typeof orders], {
        description: 'Default `asc` for `title` and `state`, else `desc`: newest, longest, largest first.',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: cursorCharacters,
        pattern: '^[A-Za-z0-9_-]+$',
        description:
          '`nextCursor` of the page before, with the same query otherwise. An asset that changes its place meanwhile may come twice or not at all; all others come once.',
      }),
    ),
    ...limitQuery,
  },
  { additionalProperties: false },
);
export type AssetListQuery = Static<typeof assetListQuery>;

/** The most assets to which something is done in one request. */
const bulkAssets = 100;

export const bulkSchema = Type.Object(
  { ids: Type.Array(idSchema('asset'), { minItems: 1, maxItems: bulkAssets, uniqueItems: true }) },
  { additionalProperties: false },
);
const bulkResultSchema = Type.Object(
  {
    id: idSchema('asset'),
    problem: nullable(
      Type.Object(
        { code: text('Stable, e.g. `conflict`.', 100), message: text('A sentence for people.', 2000) },
        { description: 'Why nothing was done to this asset.' },
      ),
    ),
  },
  { description: 'What came of it for one asset; `problem` is null when it was done.' },
);
export type BulkResult = Static<typeof bulkResultSchema>;
export const bulkResultsSchema = Type.Object(
  { results: Type.Array(bulkResultSchema, { maxItems: bulkAssets, description: 'One for each id, in their order.' }) },
  { $id: 'BulkResults' },
);
export const changeAssetSchema = Type.Object(
  {
    // Something of it is left when what cannot be seen is taken away.
    title: Type.String({
      minLength: 1,
      maxLength: titleCharacters,
      pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}]',
      description: 'Shown as plain text, on one line; control characters become spaces.',
    }),
  },
  { additionalProperties: false },
);

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const assetSchemas = [
  errorSchema,
  workSchema,
  warningSchema,
  renditionSchema,
  versionSummarySchema,
  versionSchema,
  mediaSchema,
  stillSchema,
  assetSummarySchema,
  assetSchema,
  assetPageSchema,
  bulkResultsSchema,
];

export const stillParams = Type.Object({
  id: idSchema('asset'),
  versionId: idSchema('version'),
  chunk: Type.Integer({ minimum: 0, maximum: 1_000_000, description: '`chunk` of the picture.' }),
});
