import type { IncomingHttpHeaders } from 'node:http';

export type Headers = Record<string, string | number>;

/** Headers that make a response readable by the pages that may read it. */
export interface CorsPolicy {
  headersFor(request: IncomingHttpHeaders): Headers;
  /** The answer to a preflight (Fetch standard, CORS-preflight fetch). */
  preflightFor(request: IncomingHttpHeaders): Headers;
  /** What every answer has. */
  readonly always: Headers;
  /** Whether responses differ by the Origin header, which caches must then be told. */
  readonly varies: boolean;
}

const exposed = 'Content-Length, Content-Range, Accept-Ranges, ETag, Date, Age';
/** What players send along: ranges, conditions, and CMCD (CTA-5004) in its header mode. */
const allowedHeaders =
  'Range, If-Match, If-None-Match, If-Range, Cache-Control, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status';

/**
 * No credentials are ever allowed: the token in the path is the credential, so a page that knows the URL was given it.
 * @param origins web origins (`https://app.example.com`), or `*` among them for all
 * @param always what every answer has besides
 */
export function createCorsPolicy(origins: readonly string[], always: Headers): CorsPolicy {
  const readable = (origin: string): Headers => ({
    ...always,
    'Access-Control-Allow-Origin': origin,
    'Timing-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposed,
  });
  const forAll = origins.includes('*') ? readable('*') : undefined;
  const allowed = new Map(origins.map((origin) => [origin.toLowerCase(), readable(origin)]));
  const headersFor = (request: IncomingHttpHeaders): Headers =>
    forAll ?? (request.origin === undefined ? always : (allowed.get(request.origin.toLowerCase()) ?? always));
  return {
    always,
    varies: forAll === undefined,
    headersFor,
    preflightFor: (request) => {
      const headers = headersFor(request);
      if (!('Access-Control-Allow-Origin' in headers)) return headers;
      return {
        ...headers,
        'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Headers': allowedHeaders,
        'Access-Control-Max-Age': 86_400,
      };
    },
  };
}
