import { Type, type Static } from 'typebox';
import { subtitleEncodings } from '../../../server/assets/subtitles/encoding.ts';
import { subtitleFormats, subtitleLimits } from '../../../server/assets/subtitles/cue.ts';
import { languageSchema } from '../../language.ts';
import { idSchema, nullable, pageOf, reference, timeSchema } from '../../schemas.ts';

export const labelCharacters = 100;
/** The most subtitles of a title. */
export const mostSubtitles = 100;
/** The most cues that are changed in one request. */
const mostChanges = 500;
/** The most cues that are read in one request. */
const mostCuesAPage = 1000;
/** A day to either side. */
const longestShiftMs = 86_400_000;
/** Base 64 takes four characters for three bytes. */
const fileCharacters = Math.ceil(subtitleLimits.bytes / 3) * 4;
/** With room for the rest of the request. */
export const uploadBytes = fileCharacters + 16 * 1024;

const revisionSchema = Type.Integer({
  minimum: 1,
  description: 'Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused.',
});
const publishSchema = Type.Optional(
  Type.Boolean({
    description: 'False: viewers get it when somebody publishes it, with what was held back before. Default true.',
  }),
);
const labelSchema = nullable(
  Type.String({
    maxLength: labelCharacters,
    description: 'What viewers choose it by. Null: the name of its language.',
  }),
);
const facts = {
  language: languageSchema,
  label: labelSchema,
  isForced: Type.Boolean({ description: 'Only what must be read to follow, e.g. signs. Shown by itself.' }),
  isSdh: Type.Boolean({ description: 'For the deaf and hard of hearing: says sounds and who speaks as well.' }),
  isOn: Type.Boolean({ description: 'Whether viewers get it.' }),
};

export const subtitlesSchema = Type.Object(
  {
    id: idSchema('subtitles'),
    titleId: idSchema('title'),
    ...facts,
    cues: Type.Integer({ description: 'How many texts it has.' }),
    hasUnpublished: Type.Boolean({ description: 'Viewers get other texts still: changes were held back.' }),
    timesMayBeOff: Type.Boolean({ description: 'The title got another video since its times were looked at.' }),
    revision: revisionSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { $id: 'Subtitles' },
);
export type SubtitlesView = Static<typeof subtitlesSchema>;

const audioTrackSchema = Type.Object(
  {
    track: Type.Integer({ description: 'Its number in the video, from 0.' }),
    language: Type.String(),
    label: Type.String(),
    isDefault: Type.Boolean(),
    isOn: Type.Boolean({ description: 'Whether viewers get it.' }),
  },
  { $id: 'AudioTrack' },
);
export type AudioTrackView = Static<typeof audioTrackSchema>;

const streamSchema = Type.Integer({ minimum: 0, maximum: 9999, description: 'Its index in the uploaded file.' });

const foundSubtitlesSchema = Type.Object(
  {
    stream: streamSchema,
    codec: Type.String(),
    language: Type.String(),
    title: nullable(Type.String()),
    isForced: Type.Boolean(),
    isSdh: Type.Boolean(),
    content: Type.Enum(['text', 'pictures', 'unknown'], {
      description: 'Only texts can be taken over; pictures of texts, as discs and broadcasts have them, cannot.',
    }),
    state: Type.Enum(['offered', 'waiting', 'taken', 'failed'], {
      description: '`taken`: subtitles of the title were made of it, and are there.',
    }),
    problem: nullable(Type.String({ description: 'Why it could not be taken over, in words.' })),
    subtitlesId: nullable(idSchema('subtitles')),
  },
  { $id: 'FoundSubtitles', description: 'Subtitles in the uploaded video itself.' },
);
export type FoundSubtitlesView = Static<typeof foundSubtitlesSchema>;

export const takeOverSchema = Type.Object(
  {
    assetId: { ...idSchema('asset'), description: 'The video that was looked at; another one is refused.' },
    stream: streamSchema,
  },
  { additionalProperties: false },
);
export type TakeOver = Static<typeof takeOverSchema>;

export const tracksSchema = Type.Object(
  {
    titleId: idSchema('title'),
    assetId: nullable(idSchema('asset')),
    audio: Type.Array(reference(audioTrackSchema)),
    subtitles: Type.Array(reference(subtitlesSchema), { maxItems: mostSubtitles }),
    found: Type.Array(reference(foundSubtitlesSchema), { maxItems: 1000 }),
    canTakeOver: Type.Enum(['yes', 'not-yet', 'no-source'], {
      description:
        'Whether what was found can be made subtitles: `not-yet` before the video can be played, `no-source` where the uploaded file is not kept.',
    }),
    publication: Type.Enum(['none', 'waiting', 'published'], {
      description: 'Whether what is played offers these tracks as they are now; `none` while nothing is complete.',
    }),
  },
  { $id: 'TitleTracks' },
);
export type TracksView = Static<typeof tracksSchema>;

const contentSchema = (more: string) =>
  Type.String({
    minLength: 1,
    maxLength: fileCharacters,
    pattern: '^[A-Za-z0-9+/]*={0,2}$',
    description: `The file in base64: SubRip, WebVTT, ASS, SSA or TTML, of at most 2 MiB. What is in it says which.${more}`,
  });
const encodingSchema = Type.Enum([...subtitleEncodings], {
  description: 'Its encoding, where the guess would be wrong.',
});

export const createSubtitlesSchema = Type.Object(
  {
    language: languageSchema,
    label: Type.Optional(labelSchema),
    isForced: Type.Optional(facts.isForced),
    isSdh: Type.Optional(facts.isSdh),
    isOn: Type.Optional(facts.isOn),
    content: Type.Optional(contentSchema(' Without one there are no texts yet.')),
    encoding: Type.Optional(encodingSchema),
  },
  { additionalProperties: false },
);
export type CreateSubtitles = Static<typeof createSubtitlesSchema>;

export const replaceCuesSchema = Type.Object(
  {
    revision: revisionSchema,
    content: contentSchema(''),
    encoding: Type.Optional(encodingSchema),
    publish: publishSchema,
  },
  { additionalProperties: false },
);
export type ReplaceCues = Static<typeof replaceCuesSchema>;

const readFileSchema = Type.Object(
  {
    format: Type.Enum([...subtitleFormats]),
    encoding: Type.Enum([...subtitleEncodings]),
    encodingIsGuess: Type.Boolean({ description: 'The file does not say it: look at the texts.' }),
    empty: Type.Integer({ description: 'Cues without a text, which were left out.' }),
    cut: Type.Integer({ description: 'Cues that went on behind the end of the video, and end with it now.' }),
  },
  { $id: 'ReadSubtitlesFile' },
);
export type ReadFileView = Static<typeof readFileSchema>;

export const uploadedSchema = Type.Object(
  { subtitles: reference(subtitlesSchema), file: nullable(reference(readFileSchema)) },
  { $id: 'UploadedSubtitles' },
);

export const changeSubtitlesSchema = Type.Object(
  {
    revision: revisionSchema,
    language: Type.Optional(languageSchema),
    label: Type.Optional(labelSchema),
    isForced: Type.Optional(facts.isForced),
    isSdh: Type.Optional(facts.isSdh),
    isOn: Type.Optional(facts.isOn),
    timesAreRight: Type.Optional(
      Type.Literal(true, { description: 'Somebody compared them with the video that the title has now.' }),
    ),
  },
  { additionalProperties: false },
);
export type ChangeSubtitles = Static<typeof changeSubtitlesSchema>;

export const publishSubtitlesSchema = Type.Object({ revision: revisionSchema }, { additionalProperties: false });

const cueNumber = Type.Integer({
  minimum: 1,
  maximum: 2 ** 31 - 1,
  description: 'Its own, whatever its place: no other one ever gets it.',
});
const timeMs = (description = 'Milliseconds from the beginning of the video.') =>
  Type.Integer({ minimum: 0, maximum: subtitleLimits.durationMs, description });
const textSchema = Type.String({
  minLength: 1,
  maxLength: subtitleLimits.cueCharacters,
  description:
    'Lines of text with `<i>`, `<b>` and `<u>`; `&lt;`, `&gt;` and `&amp;` stand for the characters. Other tags are text.',
});
const settingsSchema = Type.String({
  maxLength: 200,
  description: 'Where it stands, as WebVTT says it, e.g. `line:0 align:start`. Empty: below, in the middle.',
});

const cueSchema = Type.Object(
  { number: cueNumber, startMs: timeMs(), endMs: timeMs(), text: textSchema, settings: settingsSchema },
  { $id: 'Cue' },
);
export type CueView = Static<typeof cueSchema>;

const cueCursor = '^[0-9]{1,12}\\.[0-9]{1,10}$';
export const cuePageSchema = Type.Object(
  {
    ...pageOf(reference(cueSchema), 'CuePageItems').properties,
    items: Type.Array(reference(cueSchema), { maxItems: mostCuesAPage }),
    revision: revisionSchema,
  },
  { $id: 'CuePage' },
);
export type CuePage = Static<typeof cuePageSchema>;
export const cueQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: mostCuesAPage,
      description: 'Default 50. More than of other lists: they are small.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ pattern: cueCursor, maxLength: 24, description: '`nextCursor` of the page before.' }),
  ),
  fromMs: Type.Optional(timeMs('Only those that begin at or after this, in milliseconds.')),
});
export type CueQuery = Static<typeof cueQuery>;

export const changeCuesSchema = Type.Object(
  {
    revision: revisionSchema,
    publish: publishSchema,
    changes: Type.Array(
      Type.Object(
        {
          number: Type.Optional(cueNumber),
          startMs: Type.Optional(timeMs()),
          endMs: Type.Optional(timeMs()),
          text: Type.Optional(textSchema),
          settings: Type.Optional(settingsSchema),
          remove: Type.Optional(Type.Literal(true)),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: mostChanges },
    ),
  },
  { additionalProperties: false },
);
export type ChangeCues = Static<typeof changeCuesSchema>;
export type CueChange = ChangeCues['changes'][number];

export const changedCuesSchema = Type.Object(
  {
    revision: revisionSchema,
    changed: Type.Array(reference(cueSchema), {
      maxItems: mostChanges,
      description: 'Those that were changed or made, as they are now, in the order of the changes.',
    }),
  },
  { $id: 'ChangedCues' },
);
export type ChangedCues = Static<typeof changedCuesSchema>;

export const shiftSchema = Type.Object(
  {
    revision: revisionSchema,
    publish: publishSchema,
    byMs: Type.Integer({
      minimum: -longestShiftMs,
      maximum: longestShiftMs,
      description: 'Milliseconds; below 0 they come earlier.',
    }),
  },
  { additionalProperties: false },
);
export type Shift = Static<typeof shiftSchema>;

export const switchAudioSchema = Type.Object(
  {
    assetId: { ...idSchema('asset'), description: 'The video that was looked at; another one is refused.' },
    off: Type.Array(Type.Integer({ minimum: 0, maximum: 9999 }), {
      maxItems: 100,
      uniqueItems: true,
      description: 'The tracks that viewers do not get; all others are on.',
    }),
  },
  { additionalProperties: false },
);
export type SwitchAudio = Static<typeof switchAudioSchema>;

export const subtitlesParams = Type.Object({ id: idSchema('subtitles') });
export const revisionQuery = Type.Object({ revision: revisionSchema });
export const fileQuery = Type.Object({
  format: Type.Optional(Type.Enum(['vtt', 'srt'], { description: 'Default `vtt`.' })),
});

export const subtitlesSchemas = [
  subtitlesSchema,
  audioTrackSchema,
  foundSubtitlesSchema,
  tracksSchema,
  readFileSchema,
  uploadedSchema,
  cueSchema,
  cuePageSchema,
  changedCuesSchema,
];
