import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where our pages are, as a browser names it. */
export interface Site {
  /** `https://video.example.com`. */
  readonly origin: string;
  /** Its host without the port; passkeys belong to it. */
  readonly host: string;
  /** What links in mails begin with, without a slash at the end. */
  readonly url: string;
}

/** From the configuration, else as the request was sent: to a host that this server answers to. */
export function siteOf(request: Pick<FastifyRequest, 'protocol' | 'host'>, publicUrl: string): Site {
  const { origin, hostname, href } = new URL(publicUrl === '' ? `${request.protocol}://${request.host}` : publicUrl);
  return { origin, host: hostname, url: href.replace(/\/+$/, '') };
}

/** Whether browsers keep passkeys for it: they do for names, and not for addresses (WebAuthn §5.1.3). */
export function takesPasskeys({ origin, host }: Site): boolean {
  const isSecure = origin.startsWith('https:') || host === 'localhost' || host.endsWith('.localhost');
  return isSecure && isIP(host.replaceAll(/[[\]]/g, '')) === 0;
}
