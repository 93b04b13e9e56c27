import { atOnce } from '../hooks.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../kit/errors.ts';
import type { HttpApp } from '../http-app.ts';
import { bringsCookie } from './cookies.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The cookie that the route reads or sets, without the prefix that its name has on https. It counts only in requests of our own pages. */
    cookie?: string;
  }
}

/** A header that a form or an image of another site cannot send. */
const clientHeader = 'dramabox-client';

const ours = new WeakSet<object>();

/**
 * Whether a browser sent this from a page of ours. Browsers say so themselves (Fetch Metadata); older ones name the
 * page's origin at least. What says neither is no browser that could be misused.
 * @param own how our pages are reached: host and port, and the scheme where it is known (`https:`)
 */
export function isFromOwnPage(
  { 'sec-fetch-site': site, origin }: Pick<IncomingHttpHeaders, 'origin'> & { readonly 'sec-fetch-site'?: unknown },
  own: { readonly host: string; readonly protocol?: string },
): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host, protocol } = new URL(origin);
  return host === own.host && protocol === (own.protocol ?? protocol);
}

/**
 * Keeps cookies from counting in requests that other sites made a browser send. Routes that declare a cookie refuse
 * such requests before anything of their body is read: they need the header `dramabox-client`, which makes browsers ask
 * first (CORS), and must come from a page of ours.
 * @param publicUrl where our pages are, when that is known; else the host that the request names
 */
export function guardCookies(app: HttpApp, publicUrl: string | undefined): void {
  const own = publicUrl ? new URL(publicUrl) : undefined;
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.cookie !== undefined && !/^[a-z_]+$/.test(config.cookie))
      throw new Error(`${String(method)} ${url} names a cookie that cannot be one (config.cookie)`);
  });
  app.addHook(
    'onRequest',
    atOnce((request) => {
      const { cookie } = request.routeOptions.config;
      if (cookie === undefined) return;
      const { headers } = request;
      if (headers[clientHeader] === undefined) {
        if (bringsCookie(cookie, headers.cookie)) throw headerMissing();
        return;
      }
      if (!isFromOwnPage(headers, own ?? { host: request.host }))
        throw new ProblemError('csrf_header_missing', 'The request came from another site.');
      ours.add(request);
    }),
  );
}

/**
 * For what depends on the body: whether the cookie counts was found out before it was read.
 * @throws ProblemError csrf_header_missing
 */
export function requireOwnPage(request: FastifyRequest): void {
  if (!ours.has(request)) throw headerMissing();
}

function headerMissing(): ProblemError {
  return new ProblemError(
    'csrf_header_missing',
    'Requests that use the cookie need the header `dramabox-client`, e.g. `dramabox-client: dashboard`.',
  );
}
