import { Type } from 'typebox';
import { addressOf } from '../../server/http/access.ts';
import { requireOwnPage } from '../../server/http/callers/own-pages.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { auditOf, callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import type { Authentication, Grant } from './authentication.ts';
import type { Confirmation } from './confirmation.ts';
import type { PasswordChange } from './password-change.ts';
import { refreshCookie, type RefreshCookie } from './refresh-cookie.ts';
import { changePasswordSchema, confirmSchema, refreshSchema, signedInSchema, signInSchema } from './schemas.ts';

const tags = ['accounts'];
const cookieHeader = {
  'Set-Cookie': Type.String({ maxLength: 4096, description: 'The refresh token, with `delivery: cookie`.' }),
};

export interface SignInRoutes {
  readonly authentication: Authentication;
  readonly passwords: PasswordChange;
  readonly confirmation: Confirmation;
  readonly cookie: RefreshCookie;
}

export function registerSignInRoutes(
  app: HttpApp,
  { authentication, passwords, confirmation, cookie }: SignInRoutes,
): void {
  app.addSchema(signedInSchema);

  app.post(
    '/api/v1/accounts/sign-in',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with e-mail and password',
        tags,
        body: signInSchema,
        response: { 200: answer('Signed in.', reference(signedInSchema), cookieHeader) },
        description:
          'Too many wrong passwords, more than 20 sign-ins of an account in 15 minutes, or too many people at once answer 429 with `Retry-After`.',
      },
    },
    async (request, reply) => {
      const { email, password, delivery } = request.body;
      if (delivery === 'cookie') requireOwnPage(request);
      const grant = await authentication.signIn({ email, password }, addressOf(request), auditOf(request));
      if (delivery === 'cookie') cookie.set(request, reply, grant);
      return present(grant, delivery);
    },
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
        response: { 200: answer('The new tokens.', reference(signedInSchema), cookieHeader) },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if (body.delivery === 'cookie') requireOwnPage(request);
      const grant = await authentication.refresh(
        body.delivery === 'cookie' ? cookie.read(request) : body.refreshToken,
        auditOf(request),
      );
      if (body.delivery === 'cookie') cookie.set(request, reply, grant);
      return present(grant, body.delivery);
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
      await authentication.signOut(token, auditOf(request));
      if (body.delivery === 'cookie') cookie.clear(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/password',
    {
      config: { access: 'signed-in', audit: 'account.password-changed' },
      schema: {
        operationId: 'changeOwnPassword',
        summary: 'Change the password; ends every sign-in and every stream of the account',
        tags,
        body: changePasswordSchema,
        response: { 204: emptyAnswer('The new password counts; sign in with it.') },
      },
    },
    async (request, reply) => {
      await passwords.change(callerOf(request), request.body);
      cookie.clear(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/confirm',
    {
      config: { access: 'signed-in', audit: 'sign-in.confirmed' },
      schema: {
        operationId: 'confirmIdentity',
        summary: 'Prove again who you are, when something asked for it (`step_up_required`)',
        tags,
        body: confirmSchema,
        response: { 204: emptyAnswer('Proven: send the request again that asked for it.') },
      },
    },
    async (request, reply) => {
      await confirmation.confirm(callerOf(request), request.body.password);
      return reply.code(204).send(null);
    },
  );
}

function present(grant: Grant, delivery: 'cookie' | 'body') {
  return {
    accessToken: grant.accessToken,
    expiresIn: grant.expiresIn,
    refreshToken: delivery === 'body' ? grant.refreshToken : null,
    account: grant.account,
  };
}
