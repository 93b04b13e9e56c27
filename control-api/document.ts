import swagger from '@fastify/swagger';
import { Type } from 'typebox';
import type { HttpApp } from '../server/http/http-app.ts';
import { securitySchemes } from '../server/http/describe.ts';
import { problemSchema } from '../server/http/problems.ts';
import type { Problem } from '../server/kit/problems.ts';

/**
 * Makes the OpenAPI 3.1 document from the schemas of the routes, and serves it. Routes without a tag (pages, metrics)
 * are not part of the API. Must be called before the routes are added.
 */
export async function registerDocument(app: HttpApp, problems: ReadonlyMap<string, Problem>): Promise<void> {
  app.addSchema(problemSchema([...problems.keys()]));
  await app.register(swagger, {
    hideUntagged: true,
    // In 3.1 a literal is `const`, and a 204 with a null schema is simply empty.
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dramabox control API',
        version: '1',
        description:
          'Errors are `application/problem+json` with a stable `code`. Lists are pages with a cursor. Times are UTC.',
      },
      components: { securitySchemes },
    },
    refResolver: {
      buildLocalReference: (schema, _baseUri, _fragment, index) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `schema-${index}`,
    },
  });
  app.get(
    '/api/v1/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'This document',
        tags: ['document'],
        response: { 200: Type.Unsafe<object>({ type: 'object', additionalProperties: true }) },
      },
    },
    async () => app.swagger(),
  );
}
