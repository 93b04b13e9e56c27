import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { accountSchema, presentAccount } from '../account.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import { reasonSchema } from '../reason.ts';
import { accountParams, changeAccountSchema } from './schemas.ts';
import type { Standing } from './standing.ts';

const tags = ['accounts'];
const stepUp = { withinSeconds: 15 * 60 } as const;
const proofNote = 'Asks for a proof given within 15 minutes (403 `step_up_required`).';
const whose = 'Support may do it to those who watch, super admins to everybody but themselves.';
const lock = {
  access: { may: 'accounts.lock' },
  // So that a stolen token locks few people out before somebody notices.
  limits: [{ per: 'account', points: 120, seconds: 3600, what: 'changes of accounts' }],
} as const;

/** What staff do to accounts of others. */
export function registerStandingRoutes(app: HttpApp, standing: Standing): void {
  app.patch(
    '/api/v1/accounts/:id',
    {
      config: { access: { may: 'accounts.manage' }, stepUp, audit: 'account.changed' },
      schema: {
        operationId: 'changeAccount',
        summary: 'Change the role or status of an account',
        tags,
        params: accountParams,
        body: changeAccountSchema,
        description: `Both count at once. Disabling ends its sign-ins and streams; of another role the owner is told. Nobody changes their own account, and the last active super admin stays one. ${proofNote}`,
        response: { 200: answer('The account as it is now.', reference(accountSchema)) },
      },
    },
    async (request) => presentAccount(await standing.change(callerOf(request), request.params.id, request.body)),
  );

  app.post(
    '/api/v1/accounts/:id/disable',
    {
      config: { ...lock, audit: 'account.disabled' },
      schema: {
        operationId: 'disableAccount',
        summary: 'Keep somebody out: ends the sign-ins and streams of an account, at once',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: whose,
        response: { 200: answer('The account as it is now.', reference(accountSchema)) },
      },
    },
    async (request) =>
      presentAccount(await standing.disable(callerOf(request), request.params.id, request.body.reason)),
  );

  app.post(
    '/api/v1/accounts/:id/enable',
    {
      config: { ...lock, audit: 'account.enabled' },
      schema: {
        operationId: 'enableAccount',
        summary: 'Let somebody in again, also into an account that its owner has locked',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: whose,
        response: { 200: answer('The account as it is now.', reference(accountSchema)) },
      },
    },
    async (request) => presentAccount(await standing.enable(callerOf(request), request.params.id, request.body.reason)),
  );

  app.post(
    '/api/v1/accounts/:id/sign-out',
    {
      config: { ...lock, audit: 'account.signed-out' },
      schema: {
        operationId: 'signOutAccount',
        summary: 'End every sign-in and stream of an account, at once',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: whose,
        response: { 204: emptyAnswer('It is signed out everywhere.') },
      },
    },
    async (request, reply) => {
      await standing.signOut(callerOf(request), request.params.id, request.body.reason);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/:id/second-factor/reset',
    {
      config: { ...lock, stepUp, audit: 'account.second-factor-reset' },
      schema: {
        operationId: 'resetSecondFactor',
        summary: 'Remove the second factors of somebody who has lost theirs',
        tags,
        params: accountParams,
        body: reasonSchema,
        description: `Ends every sign-in. The owner is told, with a link that locks the account. ${whose} ${proofNote}`,
        response: { 204: emptyAnswer('It signs in without a second factor now.') },
      },
    },
    async (request, reply) => {
      await standing.resetSecondFactor(callerOf(request), request.params.id, request.body.reason);
      return reply.code(204).send(null);
    },
  );
}
