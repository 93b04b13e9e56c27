import type { HttpApp } from '../../../server/http/http-app.ts';
import { identityOf } from '../../../server/http/access.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { preferredLanguages } from '../../language.ts';
import { answer, emptyAnswer, idSchema, reference } from '../../schemas.ts';
import { Type } from 'typebox';
import {
  changeTermSchema,
  createTermSchema,
  orderTermsSchema,
  putTitleTermsSchema,
  termListQuery,
  termPageSchema,
  termParams,
  termSchema,
  termSchemas,
  titleTermsSchema,
} from './schemas.ts';
import type { Terms } from './service.ts';
import type { TitleTerms } from './title-terms.ts';

const read = { access: { may: 'titles.read' } } as const;
const edit = { access: { may: 'titles.edit' } } as const;
/** A term is of all titles that have it, or may. */
const editAny = { ...edit, scope: 'whole' } as const;
const tags = ['catalogue'];
const titleParams = Type.Object({ id: idSchema('title') });

/** Categories, tags and people for staff, and which of them titles have. */
export function registerTermRoutes(app: HttpApp, terms: Terms, titleTerms: TitleTerms): void {
  for (const schema of termSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/catalogue/terms',
    {
      config: { ...read, scope: { none: 'Terms are no part of a title: who edits one chooses among all of them.' } },
      schema: {
        operationId: 'listCatalogueTerms',
        summary: 'Categories in their order, tags or people by their names',
        tags,
        querystring: termListQuery,
        response: { 200: answer('A page of them.', reference(termPageSchema)) },
      },
    },
    async (request) => await terms.list(request.query, preferredLanguages(request.headers['accept-language'])),
  );

  app.post(
    '/api/v1/catalogue/terms',
    {
      config: { ...editAny, idempotent: true, audit: 'term.created' },
      schema: {
        operationId: 'createCatalogueTerm',
        summary: 'Make a category, a tag or a person',
        tags,
        body: createTermSchema,
        response: { 201: answer('The new one.', reference(termSchema)) },
      },
    },
    async (request, reply) => {
      const id = await terms.create(callerOf(request), request.body);
      return reply.code(201).send(await terms.get(id, preferredLanguages(request.headers['accept-language'])));
    },
  );

  app.patch(
    '/api/v1/catalogue/terms/:id',
    {
      config: { ...editAny, audit: 'term.changed' },
      schema: {
        operationId: 'changeCatalogueTerm',
        summary: 'Change what a category, a tag or a person is called, and its address',
        tags,
        params: termParams,
        body: changeTermSchema,
        response: { 200: answer('It as it is now.', reference(termSchema)) },
      },
    },
    async (request) => {
      await terms.change(callerOf(request), request.params.id, request.body);
      return terms.get(request.params.id, preferredLanguages(request.headers['accept-language']));
    },
  );

  app.delete(
    '/api/v1/catalogue/terms/:id',
    {
      config: { ...editAny, audit: 'term.deleted' },
      schema: {
        operationId: 'deleteCatalogueTerm',
        summary: 'Remove a category, a tag or a person, from all titles as well',
        tags,
        params: termParams,
        response: { 204: emptyAnswer('Removed.') },
      },
    },
    async (request, reply) => {
      await terms.delete(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/api/v1/catalogue/category-order',
    {
      config: { ...editAny, audit: 'term.reordered' },
      schema: {
        operationId: 'orderCatalogueCategories',
        summary: 'Give all categories a new order',
        tags,
        body: orderTermsSchema,
        response: { 204: emptyAnswer('They are in this order now.') },
      },
    },
    async (request, reply) => {
      await terms.order(callerOf(request), request.body.terms);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/catalogue/titles/:id/terms',
    {
      config: read,
      schema: {
        operationId: 'getCatalogueTitleTerms',
        summary: 'Which categories, tags and people a title has',
        tags,
        params: titleParams,
        response: { 200: answer('All of them, in their order.', reference(titleTermsSchema)) },
      },
    },
    async (request) =>
      await titleTerms.list(
        identityOf(request).scope,
        request.params.id,
        preferredLanguages(request.headers['accept-language']),
      ),
  );

  app.put(
    '/api/v1/catalogue/titles/:id/terms',
    {
      config: { ...edit, audit: 'title.terms-changed' },
      schema: {
        operationId: 'putCatalogueTitleTerms',
        summary: 'Say which categories, tags and people a title has',
        tags,
        params: titleParams,
        body: putTitleTermsSchema,
        description:
          'Instead of those that it had. Somebody else’s change since `revision` is not overwritten (409 `title_changed`).',
        response: { 200: answer('All of them, in their order.', reference(titleTermsSchema)) },
      },
    },
    async (request) => {
      await titleTerms.put(callerOf(request), request.params.id, request.body);
      return titleTerms.list(
        identityOf(request).scope,
        request.params.id,
        preferredLanguages(request.headers['accept-language']),
      );
    },
  );
}
