import { Type, type Static } from 'typebox';

/** What viewers may skip: what comes before the story, what was before, and the names at the end. */
export const markerKinds = ['intro', 'recap', 'credits'] as const;
export type MarkerKind = (typeof markerKinds)[number];

/** The longest video there can be, in milliseconds. */
export const longestMs = 90_000_000;
const time = (description: string) => Type.Integer({ minimum: 0, maximum: longestMs, description });

/** Where it begins and ends, in milliseconds on the time line of the video. */
export const spanFields = {
  startMs: time('Where it begins, in milliseconds from the beginning of the video.'),
  endMs: time('Where it is over; behind the beginning.'),
};

/** A marker as players get it. */
const offeredMarkerSchema = Type.Object({
  kind: Type.Enum([...markerKinds], { description: 'What can be skipped.' }),
  ...spanFields,
});
export type OfferedMarker = Static<typeof offeredMarkerSchema>;

/** The list of what players offer to skip. */
export const offeredMarkersSchema = Type.Array(offeredMarkerSchema, {
  maxItems: markerKinds.length,
  description: 'What players offer to skip, in the order of time. What the video is too short for is not in it.',
});
