import type { HttpApp } from '../../../server/http/http-app.ts';
import { identityOf } from '../../../server/http/access.ts';
import { preferredLanguages } from '../../language.ts';
import { answer, reference } from '../../schemas.ts';
import { calendarQuery, calendarSchema, calendarSchemas } from './calendar-schemas.ts';
import type { Calendar } from './calendar.ts';

/** What opens and closes when, for staff. */
export function registerCalendarRoutes(app: HttpApp, calendar: Calendar): void {
  for (const schema of calendarSchemas) app.addSchema(schema);

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
    async (request) =>
      await calendar.read(
        identityOf(request).scope,
        request.query,
        preferredLanguages(request.headers['accept-language']),
      ),
  );
}
