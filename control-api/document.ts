import swagger from '@fastify/swagger';
import { Type, type TSchema } from 'typebox';
import type { HttpApp } from '../server/http/http-app.ts';
import { securitySchemes } from '../server/http/describe.ts';
import { answer } from './schemas.ts';
import { problemSchema } from '../server/http/problems.ts';
import type { Problem } from '../server/kit/problems.ts';
import { publicPath } from '../server/kit/public-address.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Parts of the request that the document names though no schema checks them, because a protocol of its own (tus)
     * says how they are refused.
     */
    documented?: { readonly headers?: TSchema; readonly body?: object; readonly optionalBody?: boolean };
  }
}

/** What the tags of the routes stand for, in the order in which they are shown. */
const tags = [
  { name: 'document', description: 'This document.' },
  { name: 'accounts', description: 'Accounts, signing in and out.' },
  { name: 'staff', description: 'Who works for the service: invitations.' },
  { name: 'profiles', description: "Who of an account's household watches." },
  { name: 'consents', description: 'What people agreed to.' },
  { name: 'personal data', description: 'A copy of what is known of somebody, and its end.' },
  { name: 'uploads', description: 'Files on their way here, by tus 1.0.' },
  { name: 'assets', description: 'Videos, their versions and how far their processing is.' },
  { name: 'catalogue', description: 'Series, episodes and movies as staff see them: drafts, releases, order.' },
  { name: 'titles', description: 'Series, episodes and movies as viewers see them: what is released where they are.' },
  { name: 'playback', description: 'Streams and their URLs.' },
  { name: 'operations', description: 'How the server is doing.' },
  { name: 'audit', description: 'Who changed what.' },
];

/** Marks operations whose body may be left out, which the generator does not know, until the document is complete. */
const optionalMark = 'x-optional-body';

interface Operation {
  readonly security?: readonly object[];
  readonly requestBody?: { required?: boolean };
  [optionalMark]?: true;
}
interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { securitySchemes?: Readonly<Record<string, unknown>> };
}

/** Adds what the generator cannot say: bodies that may be left out, and only those ways to sign in that are used. */
function complete(document: Document): Document {
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item));
  const used = new Set(operations.flatMap(({ security = [] }) => security.flatMap((one) => Object.keys(one))));
  for (const operation of operations) {
    if (operation[optionalMark] && operation.requestBody) operation.requestBody.required = false;
    delete operation[optionalMark];
  }
  if (document.components)
    document.components.securitySchemes = Object.fromEntries(
      Object.entries(securitySchemes).filter(([name]) => used.has(name)),
    );
  return document;
}

/**
 * Makes the OpenAPI 3.1 document from the schemas of the routes, and serves it. Routes without a tag (pages, metrics)
 * are not part of the API. Must be called before the routes are added.
 * @param publicUrl where clients reach the server; empty where that is not known
 */
export async function registerDocument(
  app: HttpApp,
  problems: ReadonlyMap<string, Problem>,
  publicUrl: string,
): Promise<void> {
  app.addSchema(problemSchema([...problems.keys()]));
  await app.register(swagger, {
    hideUntagged: true,
    // In 3.1 a literal is `const`, and a 204 with a null schema is simply empty.
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => {
      const { headers, optionalBody, body } = route.config?.documented ?? {};
      const parts = {
        ...(headers && { headers }),
        ...(body && { body }),
        ...(optionalBody && { [optionalMark]: true }),
      };
      return { schema: { ...schema, ...parts }, url };
    },
    transformObject: (made) => complete(('openapiObject' in made ? made.openapiObject : {}) as Document),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dramabox control API',
        version: '1',
        description:
          'Errors are `application/problem+json` with a stable `code`. Lists are pages with a cursor. Times are UTC.',
      },
      servers: [{ url: publicPath(publicUrl) || '/', description: 'The server that answers with this document.' }],
      tags,
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
        operationId: 'getApiDocument',
        summary: 'This document',
        tags: ['document'],
        response: {
          200: answer('An OpenAPI 3.1 document.', Type.Unsafe<object>({ type: 'object', additionalProperties: true })),
        },
      },
    },
    async () => app.swagger(),
  );
}
