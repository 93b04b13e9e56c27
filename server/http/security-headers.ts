import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

export interface SecurityHeadersOptions {
  /** Web origins besides our own from which pages may play media, e.g. the origin's public URL. */
  readonly mediaOrigins?: readonly string[];
  /** Whether browsers reach us by https only: then they are told to remember it. */
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
