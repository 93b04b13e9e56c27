import { Type } from 'typebox';
import { qualityPresets } from '../../../server/assets/encoding-settings.ts';
import { markerKinds, spanFields } from '../../markers.ts';
import { nullable } from '../../schemas.ts';
import { titleKinds } from '../titles/kinds.ts';

const nameCharacters = 32;

export const presetName = Type.Enum([...qualityPresets], {
  description: 'Speed preset of x264: slower ones give more quality per bit. Null: as what it is a part of.',
});
export const presetSchema = nullable(presetName);
export const ladderName = Type.String({
  minLength: 1,
  maxLength: nameCharacters,
  description: 'One of the ladders that the configuration names. Null: as what it is a part of.',
  examples: ['animation'],
});
export const ladderSchema = nullable(ladderName);
export const priceClassName = Type.String({
  minLength: 1,
  maxLength: nameCharacters,
  description: 'One of the price classes that the configuration names. Null: as what it is a part of.',
  examples: ['free'],
});
export const priceClassSchema = nullable(priceClassName);

const spanSchema = Type.Object(spanFields, { additionalProperties: false });
const span = nullable(spanSchema);

/** Markers of a title as staff see them. */
export const markersSchema = Type.Object(
  { intro: span, recap: span, credits: span },
  { $id: 'TitleMarkers', description: 'What viewers may skip in an episode or a movie; null where there is none.' },
);

const each = Type.Optional(span);
/** Markers that a request changes: those that are not named stay, null removes one. */
export const givenMarkersSchema = Type.Object(
  { intro: each, recap: each, credits: each },
  { additionalProperties: false, description: 'Those that are not named stay; null removes one.' },
);
const isThere = Type.Optional(spanSchema);
/** Markers of a file from which all nulls were taken. */
export const saidMarkersSchema = Type.Object(
  Object.fromEntries(markerKinds.map((kind) => [kind, isThere])) as Record<
    (typeof markerKinds)[number],
    typeof isThere
  >,
  { additionalProperties: false },
);

const from = nullable(
  Type.Enum([...titleKinds], { description: 'What kind of title says so: itself, or what it is a part of.' }),
);

/** What counts for a title, all considered. */
export const streamingSchema = Type.Object(
  {
    topRung: Type.Object({ value: nullable(Type.Integer()), from }),
    qualityPreset: Type.Object({ value: presetSchema, from }),
    ladder: Type.Object({
      value: nullable(Type.String()),
      from,
      isKnown: Type.Boolean({ description: 'False: the configuration has it no more, and the usual one is used.' }),
    }),
    priceClass: Type.Object({ value: Type.String(), from }),
    freeEpisodes: Type.Object({ value: nullable(Type.Integer()), from }),
    encoding: nullable(
      Type.Object(
        {
          qualityPreset: presetSchema,
          ladder: nullable(Type.String()),
          isAsSet: Type.Boolean({ description: 'False: encoded again, the video would become another one.' }),
        },
        { description: 'What the newest version of its video was encoded with; null while nobody knows.' },
      ),
    ),
  },
  {
    $id: 'TitleStreaming',
    description: 'What counts for it, all considered. `from` null: nobody says so, it is as configured.',
  },
);

export const streamingChoicesSchema = Type.Object(
  {
    qualityPresets: Type.Array(presetName),
    ladders: Type.Array(Type.String()),
    priceClasses: Type.Array(Type.String(), { description: 'The first one is that of titles which name none.' }),
  },
  { $id: 'StreamingChoices' },
);

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const streamingSchemas = [markersSchema, streamingSchema, streamingChoicesSchema];
