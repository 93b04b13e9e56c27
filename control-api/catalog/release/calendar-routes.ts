import { Type, type Static } from 'typebox';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { preferredLanguages } from '../../language.ts';
import { answer, idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import { numberSchema, regionSchema, titleKindSchema, titleStateSchema } from '../titles/schemas.ts';
import type { Calendar } from './calendar.ts';

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

const calendarSchema = Type.Object(
  {
    items: Type.Array(reference(momentSchema), { maxItems: mostMoments }),
    isWhole: Type.Boolean({ description: `False: there are more than ${mostMoments}, and only the first are here.` }),
  },
  { $id: 'ReleaseCalendar' },
);
export type CalendarView = Static<typeof calendarSchema>;

/** What opens and closes when, for staff. */
export function registerCalendarRoutes(app: HttpApp, calendar: Calendar): void {
  for (const schema of [momentSchema, calendarSchema]) app.addSchema(schema);

  app.get(
    '/api/v1/catalogue/calendar',
    {
      config: { access: { may: 'titles.read' } },
      schema: {
        operationId: 'getCatalogueCalendar',
        summary: 'What opens and closes within a time, by the releases that staff gave',
        tags: ['catalogue'],
        querystring: calendarQuery,
        description:
          'Drafts as well. Titles without a release of their own are not named: they open with what they are a part of.',
        response: { 200: answer('The moments, the earliest first.', reference(calendarSchema)) },
      },
    },
    async (request) => await calendar.read(request.query, preferredLanguages(request.headers['accept-language'])),
  );
}
