import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import { publicPath } from '../kit/public-address.ts';

export interface SecurityHeadersOptions {
  /** Web origins besides our own from which pages may play media, e.g. the origin's public URL. */
  readonly mediaOrigins?: readonly string[];
  /** Whether browsers reach us by https only, on a host of our own (`isSecureHost`): then they are told to remember it. */
  readonly secure?: boolean;
}

/**
 * The content security policy of the web apps we serve. Styles: Mantine sets style attributes and injects a style
 * element. blob: media and workers are how hls.js and Shaka Player feed a video element.
 */
function contentSecurityPolicy(mediaOrigins: readonly string[]): Record<string, string[]> {
  const origins = [...new Set(mediaOrigins.filter(Boolean).map((url) => new URL(url).origin))];
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:', ...origins],
    'media-src': ["'self'", 'blob:', ...origins],
    'connect-src': ["'self'", ...origins],
    'worker-src': ["'self'", 'blob:'],
    'font-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
}

/** Browsers keep the last one that a host sent, so all of its answers say the same. */
const httpsOnly = 'max-age=31536000; includeSubDomains';

/**
 * Whether browsers may be told to come by https only, from now on and for a year: where that is how they reach us, and
 * the host is ours alone. Below a path of it others are served, for whom we do not speak.
 */
export function isSecureHost(publicUrl: string): boolean {
  return publicUrl.startsWith('https:') && publicPath(publicUrl) === '';
}

/**
 * The same for media, which pages of other sites may play, and which are looked at in a tab of their own at most:
 * nothing in them runs, and nobody frames them. Few and short, for a segment a second has them.
 */
export function mediaSecurityHeaders({ secure }: { readonly secure: boolean }): Readonly<Record<string, string>> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Content-Security-Policy':
      "default-src 'none';img-src 'self';media-src 'self';style-src 'unsafe-inline';frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    ...(secure && { 'Strict-Transport-Security': httpsOnly }),
  };
}

/**
 * The headers that tell browsers what not to do with our answers. They are the same for every answer, so they are asked
 * of Helmet once, and whatever answers sends them: routes, the framework's own errors, and what Node could not parse.
 */
export function securityHeaders({
  mediaOrigins = [],
  secure = false,
}: SecurityHeadersOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const noted = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy(mediaOrigins) },
    // Pages play media from another origin (a CDN) that need not send the headers isolation asks for.
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  })({} as IncomingMessage, noted as unknown as ServerResponse, () => undefined);
  return headers;
}
