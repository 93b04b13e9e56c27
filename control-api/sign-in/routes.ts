import type { FastifyRequest } from 'fastify';
import { requireOwnPage } from '../../server/http/callers/own-pages.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { auditOf, callerOf } from '../../server/http/writes/audit.ts';
import { emptyAnswer } from '../schemas.ts';
import type { Authentication } from './authentication.ts';
import { guestOf, type Client } from './client.ts';
import { deliver, signedInAnswer } from './delivery.ts';
import type { Guests } from './guests.ts';
import type { PasswordChange } from './passwords/password-change.ts';
import { refreshCookie, type RefreshCookie } from './refresh-cookie.ts';
import { changePasswordSchema, guestSchema, refreshSchema, signedInSchema, signInSchema } from './schemas.ts';
import type { SignIns } from './sign-ins.ts';

const tags = ['accounts'];

export interface SignInRoutes {
  readonly authentication: Authentication;
  readonly signIns: SignIns;
  readonly guests: Guests;
  readonly passwords: PasswordChange;
  readonly cookie: RefreshCookie;
  readonly clientOf: (request: FastifyRequest) => Client;
}

/** Signing in by a password or as a guest, going on, signing out, and changing the password. */
export function registerSignInRoutes(app: HttpApp, parts: SignInRoutes): void {
  const { authentication, signIns, guests, passwords, cookie, clientOf } = parts;
  app.addSchema(signedInSchema);

  app.post(
    '/api/v1/accounts/sign-in',
    {
      config: { access: 'entrance', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with e-mail and password',
        tags,
        body: signInSchema,
        response: { 200: signedInAnswer },
        description:
          'Too many wrong passwords, more than 20 sign-ins of an account in 15 minutes, or too many people at once answer 429 with `Retry-After`. An account with a second factor answers 401 `second_factor_required` with a `token` and its `factors`: go on at `/accounts/sign-in/second-factor`. With the access token of a guest, the account gets what the guest had.',
      },
    },
    async (request, reply) => {
      const { email, password, delivery } = request.body;
      return deliver({ cookie, request, reply }, delivery, () =>
        authentication.signIn(
          { email, password },
          { client: clientOf(request), guestId: guestOf(request) },
          auditOf(request),
        ),
      );
    },
  );

  app.post(
    '/api/v1/accounts/guest',
    {
      config: {
        access: 'public',
        cookie: refreshCookie,
        audit: 'sign-in.started',
        limits: [{ per: 'address', points: 30, seconds: 3600, what: 'guests' }],
      },
      schema: {
        operationId: 'beGuest',
        summary: 'Watch without signing up',
        tags,
        body: guestSchema,
        description:
          'Where the service takes guests. Who signs up or in later, with the access token of the guest, keeps what the guest watched and bought.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) =>
      deliver({ cookie, request, reply }, request.body.delivery, () =>
        guests.begin(clientOf(request), auditOf(request)),
      ),
  );

  app.post(
    '/api/v1/accounts/refresh',
    {
      config: {
        access: 'public',
        cookie: refreshCookie,
        audit: { none: 'It prolongs a sign-in whose start is recorded.' },
      },
      schema: {
        operationId: 'refreshSignIn',
        summary: 'A new access token for a refresh token, which is replaced',
        tags,
        body: refreshSchema,
        description:
          'A refresh token works once. Using it again ends the whole sign-in, even when it was the same client: send one refresh at a time. Only for 30 seconds, in case an answer was lost, it may be sent again as long as the token it gave was not used, which ends with that. More than 60 in 15 minutes are refused (429, `Retry-After`); the token stays good.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { body } = request;
      return deliver({ cookie, request, reply }, body.delivery, () => {
        const token = body.delivery === 'cookie' ? cookie.read(request) : body.refreshToken;
        return signIns.refresh(token, clientOf(request), auditOf(request));
      });
    },
  );

  app.post(
    '/api/v1/accounts/sign-out',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.ended' },
      schema: {
        operationId: 'signOut',
        summary: 'End this sign-in, its access tokens included',
        tags,
        body: refreshSchema,
        response: { 204: emptyAnswer('Signed out, also when that was so before.') },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if (body.delivery === 'cookie') requireOwnPage(request);
      const token = body.delivery === 'cookie' ? cookie.read(request) : body.refreshToken;
      await signIns.signOut(token, auditOf(request));
      if (body.delivery === 'cookie') cookie.clear(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/password',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        audit: 'account.password-changed',
        stepUp: { withinSeconds: 15 * 60 },
      },
      schema: {
        operationId: 'changeOwnPassword',
        summary: 'Change the password; ends every sign-in and every stream of the account',
        tags,
        body: changePasswordSchema,
        description:
          'An account without a password sets its first one, without `currentPassword`. Asks for a proof given within 15 minutes (403 `step_up_required`). A password that thieves know is refused (422 `password_breached`).',
        response: { 204: emptyAnswer('The new password counts; sign in with it.') },
      },
    },
    async (request, reply) => {
      await passwords.change(callerOf(request), request.body);
      cookie.clear(request, reply);
      return reply.code(204).send(null);
    },
  );
}
