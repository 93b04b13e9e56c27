import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Grant } from './authentication.ts';

/**
 * The browser's refresh token: a cookie that scripts cannot read, that other sites cannot send (SameSite=Strict), and
 * that goes to the accounts routes only.
 */
const cookieName = 'dramabox_refresh';
const path = '/api/v1/accounts';

/** A header that a form or an image of another site cannot send; asked for wherever the cookie counts. */
const clientHeader = 'dramabox-client';

/** @throws ProblemError csrf_header_missing */
export function requireClientHeader(request: Pick<FastifyRequest, 'headers'>): void {
  if (request.headers[clientHeader] === undefined) {
    throw new ProblemError(
      'csrf_header_missing',
      'Requests that use the cookie need the header `dramabox-client`, e.g. `dramabox-client: dashboard`.',
    );
  }
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site')
    throw new ProblemError('csrf_header_missing', 'The request came from another site.');
}

/** @throws ProblemError invalid_refresh_token when there is no cookie */
export function readRefreshCookie(request: Pick<FastifyRequest, 'cookies'>): string {
  const token = request.cookies[cookieName];
  if (!token) throw new ProblemError('invalid_refresh_token', 'Nobody is signed in.');
  return token;
}

export function setRefreshCookie(reply: Pick<FastifyReply, 'setCookie'>, grant: Grant, secure: boolean): void {
  reply.setCookie(cookieName, grant.refreshToken, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: new Date(grant.refreshExpiresAt),
  });
}

export function clearRefreshCookie(reply: Pick<FastifyReply, 'clearCookie'>, secure: boolean): void {
  reply.clearCookie(cookieName, { path, httpOnly: true, sameSite: 'strict', secure });
}
