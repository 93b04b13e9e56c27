import type { HttpApp } from '../../../server/http/http-app.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { Invitations } from './invitations.ts';
import type { PendingInvitation } from './repository.ts';
import { invitationListSchema, invitationParams, invitationSchema, inviteSchema } from './schemas.ts';

const tags = ['staff'];
const access = { may: 'accounts.manage' } as const;
const stepUp = { withinSeconds: 15 * 60 } as const;
const proofNote = 'Asks for a proof given within 15 minutes (403 `step_up_required`).';

const present = (row: PendingInvitation) => ({
  id: row.id,
  email: row.email,
  role: row.role,
  titles: row.titles === null ? null : [...row.titles],
  invitedBy: { id: row.invited_by, email: row.inviter_email },
  createdAt: toIso(row.created_at),
  sentAt: toIso(row.sent_at),
  expiresAt: toIso(row.expires_at),
});

/** Asking people to become staff. */
export function registerInvitationRoutes(app: HttpApp, invitations: Invitations): void {
  for (const schema of [invitationSchema, invitationListSchema]) app.addSchema(schema);

  app.get(
    '/api/v1/invitations',
    {
      config: { access },
      schema: {
        operationId: 'listInvitations',
        summary: 'Who was invited to become staff and has not accepted yet, newest first',
        tags,
        response: { 200: answer('The invitations that can be accepted.', reference(invitationListSchema)) },
      },
    },
    async () => ({ items: (await invitations.list()).map(present) }),
  );

  app.post(
    '/api/v1/invitations',
    {
      config: { access, stepUp, idempotent: true, audit: 'invitation.created' },
      schema: {
        operationId: 'inviteStaff',
        summary: 'Invite somebody to become staff: a mail with a link goes to the address',
        tags,
        body: inviteSchema,
        description: `The link works once and for seven days, and no longer than who sent it may invite. ${proofNote}`,
        response: { 201: answer('A mail is on its way.', reference(invitationSchema)) },
      },
    },
    async (request, reply) => reply.code(201).send(present(await invitations.invite(callerOf(request), request.body))),
  );

  app.post(
    '/api/v1/invitations/:id/send-again',
    {
      config: { access, stepUp, audit: 'invitation.sent-again' },
      schema: {
        operationId: 'sendInvitationAgain',
        summary: 'Send another link, for another seven days; the one before opens nothing any more',
        tags,
        params: invitationParams,
        description: `Who sends it answers for it from now on. ${proofNote}`,
        response: { 200: answer('A mail is on its way.', reference(invitationSchema)) },
      },
    },
    async (request) => present(await invitations.sendAgain(callerOf(request), request.params.id)),
  );

  app.delete(
    '/api/v1/invitations/:id',
    {
      config: { access, audit: 'invitation.withdrawn' },
      schema: {
        operationId: 'withdrawInvitation',
        summary: 'Withdraw an invitation: its link opens nothing any more',
        tags,
        params: invitationParams,
        response: { 204: emptyAnswer('It is withdrawn.') },
      },
    },
    async (request, reply) => {
      await invitations.withdraw(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
