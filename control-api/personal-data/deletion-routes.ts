import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { accountSchema, presentAccount } from '../account.ts';
import { reasonSchema } from '../reason.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import type { Deletions } from './deletions.ts';
import { accountParams, deleteOwnSchema } from './schemas.ts';

const tags = ['personal data'];
const stepUp = { withinSeconds: 15 * 60 } as const;
const proofNote = 'Asks for a proof given within 15 minutes (403 `step_up_required`).';
const begins = { audit: 'account.deletion-begun' } as const;
const takesBack = { audit: 'account.deletion-taken-back' } as const;
const own = { access: { may: 'account.manage-own' }, notForKids: true } as const;
const staff = {
  access: { may: 'accounts.lock' },
  limits: [{ per: 'account', points: 120, seconds: 3600, what: 'changes of accounts' }],
} as const;
const whose = 'Support may do it to those who watch, super admins to everybody but themselves.';

/** Leaving, thinking better of it, and both on behalf of somebody. */
export function registerDeletionRoutes(app: HttpApp, deletions: Deletions): void {
  app.post(
    '/api/v1/accounts/me/deletion',
    {
      config: { ...own, ...begins, stepUp },
      schema: {
        operationId: 'deleteOwnAccount',
        summary: 'Delete the own account, after a time in which it can be kept',
        tags,
        body: deleteOwnSchema,
        description: `Ends the other sign-ins and all streams; until \`deletion.endsAt\` everything else goes on as before. A mail says how to keep the account. Begun a second time, it ends when it was to end. The last administrator stays (409 \`last_administrator\`). ${proofNote}`,
        response: { 202: answer('The account, with when it ends.', reference(accountSchema)) },
      },
    },
    async (request, reply) =>
      reply.code(202).send(presentAccount(await deletions.beginOwn(callerOf(request), request.body.reason))),
  );

  app.delete(
    '/api/v1/accounts/me/deletion',
    {
      config: { ...own, ...takesBack },
      schema: {
        operationId: 'keepOwnAccount',
        summary: 'Keep the own account',
        tags,
        response: { 200: answer('The account, which stays.', reference(accountSchema)) },
      },
    },
    async (request) => presentAccount(await deletions.keepOwn(callerOf(request))),
  );

  app.delete(
    '/api/v1/accounts/guest',
    {
      config: { access: 'signed-in', notForKids: true, ...begins },
      schema: {
        operationId: 'forgetGuest',
        summary: 'Forget the guest that is signed in, at once',
        tags,
        description:
          'Nobody can be told, and nobody could come back to keep it: so there is no grace. Others are refused (409 `guest_only`).',
        response: { 204: emptyAnswer('Signed out; everything of it is removed within minutes.') },
      },
    },
    async (request, reply) => {
      await deletions.forgetGuest(callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/:id/deletion',
    {
      config: { ...staff, ...begins, stepUp },
      schema: {
        operationId: 'deleteAccount',
        summary: 'Delete an account for its owner, after a time in which it can be kept',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: `Ends every sign-in; its owner is told, and can sign in and keep it. ${whose} ${proofNote}`,
        response: { 202: answer('The account, with when it ends.', reference(accountSchema)) },
      },
    },
    async (request, reply) =>
      reply
        .code(202)
        .send(presentAccount(await deletions.beginForStaff(callerOf(request), request.params.id, request.body.reason))),
  );

  app.delete(
    '/api/v1/accounts/:id/deletion',
    {
      config: { ...staff, ...takesBack },
      schema: {
        operationId: 'keepAccount',
        summary: 'Keep an account that was to be deleted',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: whose,
        response: { 200: answer('The account, which stays.', reference(accountSchema)) },
      },
    },
    async (request) =>
      presentAccount(await deletions.keepForStaff(callerOf(request), request.params.id, request.body.reason)),
  );
}
