import type { FastifyRequest } from 'fastify';
import { publicPath } from '../../kit/public-address.ts';

/** How a cookie is called and where it goes, for one way to reach the server. */
export interface BrowserCookie {
  readonly name: string;
  readonly attributes: {
    readonly path: string;
    readonly httpOnly: true;
    readonly sameSite: 'strict';
    readonly secure: boolean;
  };
}

/**
 * Whether the browser that asks is on https, so that a cookie may be kept to that: it is known beforehand, the
 * connection or a proxy that is believed says so, or the browser itself names the origin of its page. Nobody gains
 * anything by saying so wrongly: a browser drops the cookie then.
 */
function isOnHttps({ protocol, headers }: Pick<FastifyRequest, 'protocol' | 'headers'>, publicUrl: string): boolean {
  return publicUrl.startsWith('https:') || protocol === 'https' || headers.origin?.startsWith('https://') === true;
}

/**
 * The one place that says what a cookie of ours is called. Scripts cannot read it and other sites cannot send it. On
 * https its name says that it came by https and from this very host (`__Host-`, RFC 6265bis §4.1.3), so that no
 * neighbour, `other.example.com` say, can put one of its own in its place; that name takes the path `/`. A server that
 * has only a part of its host (`publicUrl: https://host/video`) keeps its cookie to that part, with the name that says
 * https alone (`__Secure-`). Without https there are no such names.
 * @param path below the server's own prefix, for those that go to a part of it only
 */
export function browserCookie(
  request: Pick<FastifyRequest, 'protocol' | 'headers'>,
  publicUrl: string,
  { name, path }: { readonly name: string; readonly path: string },
): BrowserCookie {
  const prefix = publicPath(publicUrl);
  const secure = isOnHttps(request, publicUrl);
  const cookie = (called: string, at: string): BrowserCookie => ({
    name: called,
    attributes: { path: at, httpOnly: true, sameSite: 'strict', secure },
  });
  if (!secure) return cookie(name, prefix + path);
  return prefix === '' ? cookie(`__Host-${name}`, '/') : cookie(`__Secure-${name}`, prefix + path);
}

/** Whether a request brings a cookie of this name, under any of the names that it may have. */
export function bringsCookie(name: string, header: string | undefined): boolean {
  return new RegExp(`(^|[;\\s])(__Host-|__Secure-)?${name}=`).test(header ?? '');
}
