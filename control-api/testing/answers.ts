import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { HttpApp } from '../../server/http/http-app.ts';

type Node = Readonly<Record<string, unknown>>;

/** A schema with its references filled in, whose objects allow nothing that they do not name. */
function resolve(schema: unknown, shared: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => resolve(part, shared));
  if (schema === null || typeof schema !== 'object') return schema;
  const { $id: _, $ref, ...rest } = schema as Node;
  if (typeof $ref === 'string') return resolve(shared[$ref.replace(/#$/, '')], shared);
  const resolved = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, resolve(value, shared)]));
  return resolved['type'] === 'object' && resolved['properties'] !== undefined
    ? { additionalProperties: false, ...resolved }
    : resolved;
}

/**
 * Makes every answer that is not what its route's schema says an error: a field that is missing, one too many (a
 * password hash, say), a number out of bounds. Must be called before the routes are added.
 */
export function holdAnswersToSchemas(app: HttpApp): void {
  const checks = new Map<unknown, ReturnType<typeof Compile>>();
  app.addHook('preSerialization', async (request, reply, payload) => {
    if (payload === null) return payload;
    const responses = (request.routeOptions.schema?.response ?? {}) as Node;
    const schema = responses[reply.statusCode];
    if (schema === undefined)
      throw new Error(
        `${request.method} ${request.routeOptions.url} answers ${reply.statusCode}, which its schema does not know`,
      );
    let check = checks.get(schema);
    if (!check) checks.set(schema, (check = Compile(resolve(schema, app.getSchemas()) as TSchema)));
    if (!check.Check(payload)) {
      const [first] = check.Errors(payload);
      throw new Error(
        `${request.method} ${request.routeOptions.url}: ${first?.instancePath} ${first?.message}: ${JSON.stringify(first?.params)}`,
      );
    }
    return payload;
  });
}
