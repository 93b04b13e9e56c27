import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { browserCookie } from '../../server/http/callers/cookies.ts';
import { isLoopback } from '../../server/http/callers/loopback.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Notices } from '../../server/kit/notices.ts';
import type { Grant } from './sign-ins.ts';
import { signInProblems } from './problems.ts';

/** The name of the browser's refresh token; on https it has a prefix (see `browserCookie`). */
export const refreshCookie = 'dramabox_refresh';
/** The only routes that read it. */
const path = '/api/v1/accounts';

type Request = Pick<FastifyRequest, 'protocol' | 'headers' | 'socket' | 'cookies'>;

/** The browser's refresh token as a cookie. */
export class RefreshCookie {
  readonly #publicUrl: string;
  readonly #notices: Notices;

  constructor(options: { readonly publicUrl: string; readonly notices: Notices }) {
    this.#publicUrl = options.publicUrl;
    this.#notices = options.notices;
  }

  #of(request: Pick<Request, 'protocol' | 'headers'>) {
    return browserCookie(request, this.#publicUrl, { name: refreshCookie, path });
  }

  /** @throws ProblemError invalid_refresh_token when there is no cookie */
  read(request: Request): string {
    const token = request.cookies[this.#of(request).name];
    if (!token) throw new ProblemError(signInProblems.invalid_refresh_token, 'Nobody is signed in.');
    return token;
  }

  set(request: Request, reply: Pick<FastifyReply, 'setCookie'>, grant: Grant): void {
    const { name, attributes } = this.#of(request);
    if (!attributes.secure && !isLoopback(request)) this.#tellOfPlainHttp();
    reply.setCookie(name, grant.refreshToken, { ...attributes, expires: new Date(grant.refreshExpiresAt) });
  }

  clear(request: Request, reply: Pick<FastifyReply, 'clearCookie'>): void {
    const { name, attributes } = this.#of(request);
    reply.clearCookie(name, attributes);
  }

  #tellOfPlainHttp(): void {
    this.#notices.say({
      code: 'cookie-not-secure',
      setting: 'server.publicUrl',
      detail:
        'Somebody signed in from another machine without https: whoever can listen in between gets the sign-in. Put a ' +
        'proxy with TLS in front and set server.publicUrl (DRAMABOX_SERVER_PUBLIC_URL) to its https:// address.',
    });
  }
}
