import { identityOf } from '../../../../server/http/access.ts';
import type { HttpApp } from '../../../../server/http/http-app.ts';
import { callerOf } from '../../../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../../../schemas.ts';
import type { EditingMany } from './editing-many.ts';
import { applyEditSchema, editPreviewSchema, editSchemas, previewEditSchema } from './schemas.ts';

const access = { may: 'titles.edit' } as const;
const tags = ['catalogue'];

/** The same change of many titles, seen before it is made. */
export function registerEditRoutes(app: HttpApp, many: EditingMany): void {
  for (const schema of editSchemas) app.addSchema(schema);

  app.post(
    '/api/v1/catalogue/edits/preview',
    {
      config: { access, audit: { none: 'Nothing is changed.' } },
      schema: {
        operationId: 'previewCatalogueEdit',
        summary: 'See what a change would do to each of many titles',
        tags,
        body: previewEditSchema,
        description: 'Changes of releases need the permission `titles.publish`. Changes nothing.',
        response: { 200: answer('Each title, before and after.', reference(editPreviewSchema)) },
      },
    },
    async (request) => await many.preview(identityOf(request), request.body),
  );

  app.post(
    '/api/v1/catalogue/edits',
    {
      config: { access, audit: ['title.changed', 'title.release-changed'] },
      schema: {
        operationId: 'editCatalogueTitles',
        summary: 'Change many titles, as it was previewed',
        tags,
        body: applyEditSchema,
        description:
          'All of them or none. Where some were changed since the revisions that are named, it is refused (409 `titles_changed`), and where some cannot be changed like this, too (409 `edit_refused`): the answer names them as `titles`.',
        response: { 204: emptyAnswer('Done, for all of them.') },
      },
    },
    async (request, reply) => {
      await many.apply(callerOf(request), request.body);
      return reply.code(204).send(null);
    },
  );
}
