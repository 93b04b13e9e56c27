import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Grant } from './authentication.ts';
import { signInProblems } from './problems.ts';

/**
 * The browser's refresh token: a cookie that scripts cannot read, that other sites cannot send (SameSite=Strict), and
 * that goes to the accounts routes only.
 */
export const refreshCookie = 'dramabox_refresh';
const path = '/api/v1/accounts';

/** @throws ProblemError invalid_refresh_token when there is no cookie */
export function readRefreshCookie(request: Pick<FastifyRequest, 'cookies'>): string {
  const token = request.cookies[refreshCookie];
  if (!token) throw new ProblemError(signInProblems.invalid_refresh_token, 'Nobody is signed in.');
  return token;
}

export function setRefreshCookie(reply: Pick<FastifyReply, 'setCookie'>, grant: Grant, secure: boolean): void {
  reply.setCookie(refreshCookie, grant.refreshToken, {
    path,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: new Date(grant.refreshExpiresAt),
  });
}

export function clearRefreshCookie(reply: Pick<FastifyReply, 'clearCookie'>, secure: boolean): void {
  reply.clearCookie(refreshCookie, { path, httpOnly: true, sameSite: 'strict', secure });
}
