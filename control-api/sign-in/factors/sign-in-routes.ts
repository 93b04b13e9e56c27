import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { auditOf } from '../../../server/http/writes/audit.ts';
import { answer, reference } from '../../schemas.ts';
import type { Authentication } from '../authentication.ts';
import { guestOf, type Client } from '../client.ts';
import { deliver, signedInAnswer } from '../delivery.ts';
import { refreshCookie, type RefreshCookie } from '../refresh-cookie.ts';
import type { Site } from '../site.ts';
import { presentAsked } from './routes.ts';
import { askedSchema, askSecondFactorSchema, passkeySignInSchema, secondFactorSchema } from './schemas.ts';

const tags = ['accounts'];
/** Each leaves a row until it expires. */
const questions = [{ per: 'address', points: 300, seconds: 3600, what: 'questions for passkeys' }] as const;

export interface FactorSignInRoutes {
  readonly authentication: Authentication;
  readonly cookie: RefreshCookie;
  readonly clientOf: (request: FastifyRequest) => Client;
  readonly siteOf: (request: FastifyRequest) => Site;
}

/** Signing in by a passkey, and the second step of signing in. */
export function registerFactorSignInRoutes(app: HttpApp, parts: FactorSignInRoutes): void {
  const { authentication, cookie, clientOf, siteOf } = parts;

  app.post(
    '/api/v1/accounts/sign-in/second-factor',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'showSecondFactor',
        summary: 'Finish signing in with the second factor',
        tags,
        body: secondFactorSchema,
        description: 'With the `token` that came with `second_factor_required`; within ten minutes.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { token, delivery, ...shown } = request.body;
      const at = { client: clientOf(request), site: siteOf(request) };
      return deliver({ cookie, request, reply }, delivery, () =>
        authentication.finish(token, shown, at, auditOf(request)),
      );
    },
  );

  app.post(
    '/api/v1/accounts/sign-in/second-factor/passkey',
    {
      config: {
        access: 'public',
        limits: questions,
        audit: { none: 'Nobody is signed in before the device has answered.' },
      },
      schema: {
        operationId: 'askPasskeyAsSecondFactor',
        summary: 'What a passkey is asked to finish signing in',
        tags,
        body: askSecondFactorSchema,
        response: { 200: answer('The question.', reference(askedSchema)) },
      },
    },
    async (request) => presentAsked(await authentication.askSecondPasskey(request.body.token, siteOf(request))),
  );

  app.post(
    '/api/v1/accounts/sign-in/passkey/options',
    {
      config: {
        access: 'public',
        audit: { none: 'Nobody is signed in before the device has answered.' },
        limits: questions,
      },
      schema: {
        operationId: 'askPasskeyToSignIn',
        summary: 'What a passkey is asked to sign in, by itself or as autofill',
        tags,
        response: { 200: answer('The question.', reference(askedSchema)) },
      },
    },
    async (request) => presentAsked(await authentication.askPasskey(siteOf(request))),
  );

  app.post(
    '/api/v1/accounts/sign-in/passkey',
    {
      config: { access: 'entrance', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'signInByPasskey',
        summary: 'Sign in by a passkey',
        tags,
        body: passkeySignInSchema,
        description:
          'A passkey that is not known here any more answers `unknown_passkey`: tell the browser so. With the access token of a guest, the account gets what the guest had.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { delivery, ...shown } = request.body;
      const at = { client: clientOf(request), site: siteOf(request), guestId: guestOf(request) };
      return deliver({ cookie, request, reply }, delivery, () =>
        authentication.signInByPasskey(shown, at, auditOf(request)),
      );
    },
  );
}
