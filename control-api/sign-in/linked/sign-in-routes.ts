import fastifyFormbody from '@fastify/formbody';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { auditOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import { guestOf, type Client } from '../client.ts';
import { deliver, signedInAnswer } from '../delivery.ts';
import type { EnabledProviders } from '../providers/enabled.ts';
import type { ProviderName } from '../providers/port.ts';
import { signInProblems } from '../problems.ts';
import { refreshCookie, type RefreshCookie } from '../refresh-cookie.ts';
import type { ProviderEntry } from './provider-entry.ts';
import type { BegunVisit, ProviderVisits, Visitor } from './provider-visits.ts';
import {
  beginVisitSchema,
  begunVisitSchema,
  callbackSchema,
  finishSchema,
  finishTokenSchema,
  firebaseSchema,
  providerListSchema,
  visitParams,
} from './schemas.ts';

const tags = ['accounts'];
/** Each visit costs a row, and the provider's patience. */
const limits = [{ per: 'address', points: 60, seconds: 3600, what: 'visits at a provider' }] as const;

export interface ProviderSignInRoutes {
  readonly enabled: EnabledProviders;
  readonly signUp: 'open' | 'closed';
  readonly takesGuests: boolean;
  readonly visits: ProviderVisits;
  readonly entry: ProviderEntry;
  readonly cookie: RefreshCookie;
  readonly clientOf: (request: FastifyRequest) => Client;
  /** The page that goes on when the browser is back. */
  readonly returnPage: string;
}

export const presentVisit = ({ token, expiresAt, url, nonce }: BegunVisit) => ({
  token,
  expiresAt: toIso(expiresAt),
  url: url ?? null,
  nonce,
});

/** Signing in, or up, by an account that somebody has elsewhere. */
export async function registerProviderSignInRoutes(app: HttpApp, parts: ProviderSignInRoutes): Promise<void> {
  const { enabled, visits, entry, cookie, clientOf, returnPage } = parts;
  for (const schema of [providerListSchema, begunVisitSchema]) app.addSchema(schema);

  app.get(
    '/api/v1/sign-in/providers',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listSignInProviders',
        summary: 'By whom people can sign in here, and how',
        tags,
        response: { 200: answer('Those that are on.', reference(providerListSchema)) },
      },
    },
    async () => ({
      items: enabled.providers.map(({ provider, ways, clientId = null }) => ({ provider, ways: [...ways], clientId })),
      firebase: enabled.firebase ?? null,
      signUp: parts.signUp,
      guests: parts.takesGuests,
    }),
  );

  app.post(
    '/api/v1/sign-in/:provider/begin',
    {
      config: {
        access: 'entrance',
        limits,
        audit: { none: 'Nobody is signed in before the provider has said who it is.' },
      },
      schema: {
        operationId: 'beginProviderSignIn',
        summary: 'Begin to sign in by a provider: where to send the browser, or what an app gives to its SDK',
        tags,
        params: visitParams,
        body: beginVisitSchema,
        description:
          'The page keeps the token, for its tab alone, and goes to `url`. When it is back at `/sign-in/return` it finishes with the token.',
        response: { 200: answer('What to do next.', reference(begunVisitSchema)) },
      },
    },
    async (request) => {
      const visitor = { guestId: guestOf(request), language: request.body.language };
      return presentVisit(await visits.begin(request.params.provider, visitor));
    },
  );

  const comeBack = async (
    provider: ProviderName,
    { state, ...given }: { readonly state: string; readonly code?: string; readonly error?: string },
    reply: FastifyReply,
  ) => {
    await visits.keepAnswer(provider, state, given);
    // Where nobody waits for it the page says so: it has no token, or its token is over.
    return reply.redirect(returnPage, 303);
  };
  // Where a provider sends the browser back to; browsers come here, and no clients of the API.
  app.get(
    '/api/v1/sign-in/:provider/callback',
    {
      config: { access: 'public' },
      schema: {
        params: visitParams,
        querystring: callbackSchema,
        response: { 303: emptyAnswer('The page that goes on.') },
      },
    },
    async (request, reply) => comeBack(request.params.provider, request.query, reply),
  );
  await app.register(async (scope) => {
    // Apple posts a form.
    await scope.register(fastifyFormbody, { bodyLimit: 16_384 });
    (scope as HttpApp).post(
      '/api/v1/sign-in/:provider/callback',
      {
        config: { access: 'public', audit: { none: 'Nobody is signed in before the page has gone on.' } },
        schema: {
          params: visitParams,
          body: callbackSchema,
          consumes: ['application/x-www-form-urlencoded'],
          response: { 303: emptyAnswer('The page that goes on.') },
        },
      },
      async (request, reply) => comeBack(request.params.provider, request.body, reply),
    );
  });

  app.post(
    '/api/v1/sign-in/finish',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'finishProviderSignIn',
        summary: 'Finish signing in when the browser is back from the provider',
        tags,
        body: finishSchema,
        description:
          'An address that the provider is not the authority for answers 401 `address_proof_required` with a `token`: a code went there, go on at `/accounts/sign-in/code/complete`.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { token, delivery } = request.body;
      return deliver({ cookie, request, reply }, delivery, async () => {
        const { identity, visitor } = await visits.finishRedirect(token);
        return entry.enter(identity, { client: clientOf(request), ...asVisitor(visitor) }, auditOf(request));
      });
    },
  );

  app.post(
    '/api/v1/sign-in/:provider/finish',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'finishProviderSignInByToken',
        summary: "Finish signing in by what the provider's SDK or button brought",
        tags,
        params: visitParams,
        body: finishTokenSchema,
        description: '`address_proof_required` as above.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { token, delivery, ...brought } = request.body;
      return deliver({ cookie, request, reply }, delivery, async () => {
        const { identity, visitor } = await visits.finishToken(request.params.provider, token, brought);
        return entry.enter(identity, { client: clientOf(request), ...asVisitor(visitor) }, auditOf(request));
      });
    },
  );

  app.post(
    '/api/v1/sign-in/firebase',
    {
      config: { access: 'entrance', cookie: refreshCookie, limits, audit: 'sign-in.started' },
      schema: {
        operationId: 'signInByFirebase',
        summary: 'Sign in by an ID token of Firebase Authentication, at most 15 minutes after signing in there',
        tags,
        body: firebaseSchema,
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { idToken, language, delivery } = request.body;
      return deliver({ cookie, request, reply }, delivery, async () =>
        entry.enter(
          await visits.byFirebase(idToken),
          { client: clientOf(request), guestId: guestOf(request), language },
          auditOf(request),
        ),
      );
    },
  );
}

/** A visit that was begun to link signs nobody in. @throws ProblemError invalid_code */
function asVisitor(visitor: Visitor): Extract<Visitor, { readonly guestId: unknown }> {
  if ('accountId' in visitor) throw new ProblemError(signInProblems.invalid_code, 'Begin once more.');
  return visitor;
}
