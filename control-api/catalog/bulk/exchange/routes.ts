import { Type } from 'typebox';
import { identityOf } from '../../../../server/http/access.ts';
import type { HttpApp } from '../../../../server/http/http-app.ts';
import { callerOf } from '../../../../server/http/writes/audit.ts';
import { answer, reference } from '../../../schemas.ts';
import type { Exporting } from './exporting.ts';
import type { FileBody, Importing } from './importing.ts';
import {
  documentedFileSchema,
  exchangeFileSchema,
  exchangeSchemas,
  exportQuery,
  importedSchema,
  importPreviewSchema,
  importQuery,
  mostFileBytes,
} from './schemas.ts';

export interface ExchangeParts {
  readonly exporting: Exporting;
  readonly importing: Importing;
}

const tags = ['catalogue'];
const file = Type.Unsafe<NodeJS.ReadableStream>({ type: 'string' });
const perHour = (points: number, what: string) => ({ per: 'account', points, seconds: 3600, what }) as const;
const body = {
  content: {
    'text/csv': { schema: Type.String({ maxLength: mostFileBytes }) },
    'application/json': { schema: exchangeFileSchema },
  },
};
/** For the document: each title is looked at by itself, so no schema of the request says what it is. */
const documented = {
  body: {
    content: {
      'text/csv': { schema: Type.String({ maxLength: mostFileBytes }) },
      'application/json': { schema: documentedFileSchema },
    },
  },
};
const asExported =
  'A file in CSV or JSON, as an export is. Titles are known by their id, else by their slug, else by their place (`parent`, `kind`, `number`); others are made. What has no column, or is not named, stays.';

/** The catalogue as a file, out and in again. */
export async function registerExchangeRoutes(app: HttpApp, { exporting, importing }: ExchangeParts): Promise<void> {
  for (const schema of exchangeSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/catalogue/export',
    {
      exposeHeadRoute: false,
      config: { access: { may: 'titles.read' }, audit: 'titles.exported', limits: [perHour(60, 'exports')] },
      schema: {
        operationId: 'exportCatalogue',
        summary: 'The catalogue, or one series or movie, as a file',
        tags,
        querystring: exportQuery,
        description:
          'Everything that staff say of titles; deleted ones are not in it. That it was asked for is recorded. In CSV, which begins with a byte order mark for spreadsheets, a text that these would take for a formula has an apostrophe in front, which importing takes away.',
        response: {
          200: {
            description: 'The file.',
            headers: { 'content-disposition': Type.String({ description: 'Its name.' }) },
            content: { 'text/csv': { schema: file }, 'application/json': { schema: file } },
          },
        },
      },
    },
    async (request, reply) => {
      const { name, type, body: stream } = await exporting.export(callerOf(request), request.query);
      return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(stream);
    },
  );

  await app.register(async (scope: HttpApp) => {
    // Without it pages of other sites could not send it either: it asks first (Fetch, "CORS-safelisted").
    scope.addContentTypeParser('text/csv', { parseAs: 'string', bodyLimit: mostFileBytes }, (_request, text, done) => {
      done(null, text);
    });

    scope.post(
      '/api/v1/catalogue/import/preview',
      {
        bodyLimit: mostFileBytes,
        config: {
          access: { may: 'titles.edit' },
          // A file may name any title, and make new ones.
          scope: 'whole',
          audit: { none: 'Nothing is changed.' },
          limits: [perHour(120, 'imports')],
          documented,
        },
        schema: {
          operationId: 'previewCatalogueImport',
          summary: 'See what a file would do to the catalogue',
          tags,
          body,
          description: `${asExported} What is wrong is named by row and column. Changes nothing.`,
          response: { 200: answer('What it would do.', reference(importPreviewSchema)) },
        },
      },
      async (request) => await importing.preview(identityOf(request), request.body as FileBody),
    );

    scope.post(
      '/api/v1/catalogue/import',
      {
        bodyLimit: mostFileBytes,
        config: {
          access: { may: 'titles.edit' },
          // A file may name any title, and make new ones.
          scope: 'whole',
          audit: [
            'title.created',
            'title.changed',
            'title.state-changed',
            'title.release-changed',
            'title.terms-changed',
          ],
          limits: [perHour(120, 'imports')],
          documented,
        },
        schema: {
          operationId: 'importCatalogue',
          summary: 'Take titles from a file, as it was previewed',
          tags,
          querystring: importQuery,
          body,
          description: `${asExported} All of it or nothing: with anything wrong (400 \`import_refused\`), or when something changed since the preview (409 \`import_changed\`), nothing is changed. States and releases need the permission \`titles.publish\`.`,
          response: { 200: answer('What was done.', reference(importedSchema)) },
        },
      },
      async (request) => await importing.import(callerOf(request), request.body as FileBody, request.query.seen),
    );
  });
}
