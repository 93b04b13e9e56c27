import type { Access } from './access.ts';
import type { HttpApp } from './http-app.ts';

/** OpenAPI security schemes, by the name that the requirements below use. */
export const securitySchemes = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, for other programs.' },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'dramabox_refresh',
    description: 'On https its name begins with `__Host-`, or with `__Secure-` where the server has a path of its own.',
  },
} as const;

type Requirement = Readonly<Record<string, readonly string[]>>;

/** What a caller must bring, as OpenAPI security requirements: one of them is enough, `{}` is nothing. */
function securityOf(access: Access, cookie: string | undefined): readonly Requirement[] {
  if (cookie !== undefined) return [{}, { refreshCookie: [] }];
  if (access === 'public') return [];
  if (access === 'optional' || access === 'entrance' || access === 'metrics') return [{}, { accessToken: [] }];
  if (typeof access === 'object' && 'webhook' in access) return [];
  if (typeof access === 'object' && 'service' in access) return [{ apiKey: [] }];
  return [{ accessToken: [] }];
}

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
});

/** Every route can answer with a problem (`problemSchema`, which the document adds). */
const problemResponses = {
  '4xx': problemResponse('The request cannot be fulfilled; see `code`.'),
  '5xx': problemResponse('The server failed; see `code`.'),
};

/**
 * Completes the schemas of documented routes (those with tags) with what follows from their declarations: what a
 * caller must bring, and that every answer may be a problem. Must be called before the first route is added.
 */
export function describeRoutes(app: HttpApp): void {
  app.addHook('onRoute', (route) => {
    const { schema, config } = route;
    if (schema?.tags === undefined || config?.access === undefined) return;
    route.schema = {
      ...schema,
      security: securityOf(config.access, config.cookie) as { [name: string]: string[] }[],
      response: { ...(schema.response as object | undefined), ...problemResponses },
    };
  });
}
