import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { auditOf, callerOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { Client } from '../client.ts';
import { deliver, signedInAnswer } from '../delivery.ts';
import { refreshCookie, type RefreshCookie } from '../refresh-cookie.ts';
import type { Acceptance } from './acceptance.ts';
import { acceptSchema, invitationFactsSchema, lookSchema } from './schemas.ts';

const tags = ['staff'];

export interface AcceptanceRoutes {
  readonly acceptance: Acceptance;
  readonly cookie: RefreshCookie;
  readonly clientOf: (request: FastifyRequest) => Client;
}

/** Accepting an invitation, for who has the link of its mail. */
export function registerAcceptanceRoutes(app: HttpApp, { acceptance, cookie, clientOf }: AcceptanceRoutes): void {
  app.addSchema(invitationFactsSchema);

  app.post(
    '/api/v1/invitations/look',
    {
      config: {
        access: 'public',
        audit: { none: 'It only reads; the link is in the body because addresses are logged.' },
        limits: [{ per: 'address', points: 300, seconds: 3600, what: 'looks at invitations' }],
      },
      schema: {
        operationId: 'lookAtInvitation',
        summary: 'What an invitation is about',
        tags,
        body: lookSchema,
        response: { 200: answer('What it is about.', reference(invitationFactsSchema)) },
      },
    },
    async (request) => {
      const { expiresAt, ...facts } = await acceptance.look(request.body.link);
      return { ...facts, expiresAt: toIso(expiresAt) };
    },
  );

  app.post(
    '/api/v1/invitations/accept',
    {
      config: {
        access: 'public',
        cookie: refreshCookie,
        audit: 'invitation.accepted',
        limits: [{ per: 'address', points: 300, seconds: 3600, what: 'looks at invitations' }],
      },
      schema: {
        operationId: 'acceptInvitation',
        summary: 'Accept an invitation with a new account, and sign in to it',
        tags,
        body: acceptSchema,
        description:
          'Where the address has an account (409 `account_exists`), sign in to it and accept at `/accounts/me/invitation`: the link alone signs in to no account that there is. Where staff must have a second factor, the account may do no more than viewers until it has one.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { link, password, delivery } = request.body;
      return deliver({ cookie, request, reply }, delivery, () =>
        acceptance.accept(link, password, clientOf(request), auditOf(request)),
      );
    },
  );

  app.post(
    '/api/v1/accounts/me/invitation',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: { withinSeconds: 15 * 60 },
        audit: 'invitation.accepted',
      },
      schema: {
        operationId: 'acceptInvitationAsOwner',
        summary: 'Accept an invitation with the account that is signed in, whose address it was sent to',
        tags,
        body: lookSchema,
        description:
          'Ends every other sign-in of the account. Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 204: emptyAnswer('The account has the role, at once.') },
      },
    },
    async (request, reply) => {
      await acceptance.acceptAsOwner(callerOf(request), request.body.link);
      return reply.code(204).send(null);
    },
  );
}
