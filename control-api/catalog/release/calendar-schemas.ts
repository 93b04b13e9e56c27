import { Type, type Static } from 'typebox';
import { idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import { numberSchema, regionSchema, titleKindSchema, titleStateSchema } from '../titles/schemas.ts';

/** The most moments of one answer. */
export const mostMoments = 1000;

export const calendarQuery = Type.Object(
  {
    from: { ...timeSchema, description: 'The first moment.' },
    to: { ...timeSchema, description: 'The moment after the last one; at most 400 days after `from`.' },
  },
  { additionalProperties: false },
);

const momentSchema = Type.Object(
  {
    at: timeSchema,
    what: Type.Enum(['opens', 'closes'] as const),
    region: regionSchema,
    timeZone: Type.String({ description: 'IANA name of the time zone in which the time is thought of.' }),
    titleId: idSchema('title'),
    rootId: idSchema('title'),
    kind: titleKindSchema,
    number: nullable(numberSchema),
    name: Type.String({ description: 'In the language that the request prefers, as far as there is one.' }),
    rootName: Type.String({ description: 'That of the series or movie that it belongs to.' }),
    state: titleStateSchema,
    isSeen: Type.Boolean({
      description:
        'Whether viewers see it then: false for what is not published, and where what it is a part of says otherwise.',
    }),
  },
  { $id: 'ReleaseMoment' },
);
export type ReleaseMoment = Static<typeof momentSchema>;

export const calendarSchema = Type.Object(
  {
    items: Type.Array(reference(momentSchema), { maxItems: mostMoments }),
    isWhole: Type.Boolean({ description: `False: there are more than ${mostMoments}, and only the first are here.` }),
  },
  { $id: 'ReleaseCalendar' },
);
export type CalendarView = Static<typeof calendarSchema>;

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const calendarSchemas = [momentSchema, calendarSchema];
