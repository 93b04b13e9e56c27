import { Type, type Static } from 'typebox';
import { languageSchema } from '../../../language.ts';
import { idSchema, nullable, reference } from '../../../schemas.ts';
import { givenMarkersSchema, ladderSchema, presetSchema, priceClassSchema } from '../../streaming/schemas.ts';
import {
  freeEpisodesSchema,
  maturitySchema,
  mostTexts,
  nameCharacters,
  regionSchema,
  releaseFields,
  mostReleases,
  synopsisCharacters,
  taglineCharacters,
  timeZoneSchema,
  titleKindSchema,
  topRungSchema,
  yearSchema,
} from '../../titles/schemas.ts';

/** The most titles that are edited at once. */
const mostEdited = 200;

const days = 36_500;
const template = (maxLength: number) =>
  Type.String({
    maxLength,
    description:
      '`{name}` stands for the present name, `{number}`, `{season}` and `{series}` for number, season and name of the series.',
    examples: ['Episode {number}: {name}'],
  });

const cadenceSchema = Type.Object(
  {
    region: regionSchema,
    first: Type.String({
      pattern: '^[12]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d$',
      maxLength: 16,
      description: 'Local date and time of the first one.',
      examples: ['2026-12-24T18:00'],
    }),
    timeZone: timeZoneSchema,
    everyDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, description: 'Default 1.' })),
    weekdays: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        maxItems: 7,
        uniqueItems: true,
        description: 'One on each of these, 1 (Monday) to 7, instead of every so many days.',
      }),
    ),
    together: Type.Optional(
      Type.Integer({ minimum: 1, maximum: mostEdited, description: 'How many come at the same time. Default 1.' }),
    ),
  },
  { additionalProperties: false },
);

const releaseChanges = Type.Object(
  {
    put: Type.Optional(
      Type.Array(Type.Object(releaseFields, { additionalProperties: false }), {
        maxItems: mostReleases,
        description: 'The same for all, instead of those they have.',
      }),
    ),
    shift: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(Type.Integer({ minimum: -days, maximum: days, description: 'By the calendar.' })),
          minutes: Type.Optional(Type.Integer({ minimum: -days * 1440, maximum: days * 1440 })),
        },
        { additionalProperties: false, minProperties: 1, description: 'Puts off those they have.' },
      ),
    ),
    cadence: Type.Optional({
      ...cadenceSchema,
      description: 'One after the other in a region, in the order in which the titles are named. Ends stay.',
    }),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1, description: 'In one of these ways.' },
);

const textChange = Type.Object(
  {
    name: Type.Optional(template(nameCharacters)),
    tagline: Type.Optional(nullable(template(taglineCharacters))),
    synopsis: Type.Optional(nullable(template(synopsisCharacters))),
  },
  { additionalProperties: false, minProperties: 1 },
);

const changesSchema = Type.Object(
  {
    maturity: Type.Optional(maturitySchema),
    year: Type.Optional(yearSchema),
    topRung: Type.Optional(topRungSchema),
    freeEpisodes: Type.Optional(freeEpisodesSchema),
    qualityPreset: Type.Optional(presetSchema),
    ladder: Type.Optional(ladderSchema),
    priceClass: Type.Optional(priceClassSchema),
    markers: Type.Optional(givenMarkersSchema),
    texts: Type.Optional(
      Type.Record(languageSchema, nullable(textChange), {
        maxProperties: mostTexts,
        description: 'By language. What is not named stays; null removes a language.',
      }),
    ),
    releases: Type.Optional(releaseChanges),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type EditChanges = Static<typeof changesSchema>;

const exampleId = 'title_01JZ8Q4M6RXK3V5T9B2C7D1E0F';
const exampleChanges = { releases: { cadence: { region: '*', first: '2026-12-24T18:00', timeZone: 'Asia/Seoul' } } };

export const previewEditSchema = Type.Object(
  {
    titles: Type.Array(idSchema('title'), { minItems: 1, maxItems: mostEdited, uniqueItems: true }),
    changes: changesSchema,
  },
  { additionalProperties: false, examples: [{ titles: [exampleId], changes: exampleChanges }] },
);
export type PreviewEdit = Static<typeof previewEditSchema>;

export const applyEditSchema = Type.Object(
  {
    titles: Type.Array(
      Type.Object(
        {
          id: idSchema('title'),
          revision: Type.Integer({ minimum: 1, description: 'The one that the preview answered.' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: mostEdited },
    ),
    changes: changesSchema,
  },
  { additionalProperties: false, examples: [{ titles: [{ id: exampleId, revision: 3 }], changes: exampleChanges }] },
);
export type ApplyEdit = Static<typeof applyEditSchema>;

const factSchema = Type.Union([Type.String(), Type.Number(), Type.Null()]);

/** A field of a title, before and after a change. */
export const fieldChangeSchema = Type.Object(
  { field: Type.String({ examples: ['year', 'name:de', 'release:KR'] }), before: factSchema, after: factSchema },
  { $id: 'TitleFieldChange' },
);
export type FieldChange = Static<typeof fieldChangeSchema>;

export const editPreviewSchema = Type.Object(
  {
    titles: Type.Array(
      Type.Object({
        titleId: idSchema('title'),
        revision: nullable(Type.Integer({ description: 'Null: there is no such title.' })),
        kind: nullable(titleKindSchema),
        number: nullable(Type.Integer()),
        name: Type.String({ description: 'In the original language.' }),
        changes: Type.Array(reference(fieldChangeSchema)),
        problem: nullable(
          Type.Object({ code: Type.String(), message: Type.String() }, { description: 'Why it is refused.' }),
        ),
      }),
      { maxItems: mostEdited },
    ),
  },
  { $id: 'EditPreview' },
);
export type EditPreviewView = Static<typeof editPreviewSchema>;

export const editSchemas = [fieldChangeSchema, editPreviewSchema];
