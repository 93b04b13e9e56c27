import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { accountSchema, ownAccountSchema } from '../account.ts';
import { answer, reference } from '../schemas.ts';
import {
  accountListQuery,
  accountPageSchema,
  accountParams,
  changeAccountSchema,
  createAccountSchema,
} from './schemas.ts';
import type { AccountsService } from './service.ts';

const admin = { access: { may: 'accounts.manage' } } as const;
/** Also for making one: with an account of one's own making a stolen token would get round the proof. */
const recentProof = { stepUp: { withinSeconds: 15 * 60 } } as const;
const tags = ['accounts'];

export function registerAccountRoutes(app: HttpApp, accounts: AccountsService): void {
  app.addSchema(accountPageSchema);

  app.get(
    '/api/v1/accounts/me',
    {
      config: { access: 'signed-in' },
      schema: {
        operationId: 'getOwnAccount',
        summary: 'The account that is signed in',
        tags,
        response: { 200: answer('The account, and what it may do.', reference(ownAccountSchema)) },
      },
    },
    async (request) => await accounts.get(identityOf(request)),
  );

  app.post(
    '/api/v1/accounts',
    {
      config: { ...admin, ...recentProof, idempotent: true, audit: 'account.created' },
      schema: {
        operationId: 'createAccount',
        summary: 'Create an account',
        tags,
        body: createAccountSchema,
        description: 'Asks for a password given within 15 minutes (403 `step_up_required`).',
        response: { 201: answer('The new account.', reference(accountSchema)) },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(callerOf(request), request.body)),
  );

  app.get(
    '/api/v1/accounts',
    {
      config: admin,
      schema: {
        operationId: 'listAccounts',
        summary: 'Accounts, newest first',
        tags,
        querystring: accountListQuery,
        response: { 200: answer('A page of accounts.', reference(accountPageSchema)) },
      },
    },
    async (request) => await accounts.list(request.query),
  );

  app.patch(
    '/api/v1/accounts/:id',
    {
      config: { ...admin, ...recentProof, audit: 'account.changed' },
      schema: {
        operationId: 'changeAccount',
        summary: 'Change the role or status of an account',
        tags,
        params: accountParams,
        body: changeAccountSchema,
        description:
          'Disabling ends its sign-ins and streams at once. The last active super admin stays one. Asks for a password given within 15 minutes (403 `step_up_required`).',
        response: { 200: answer('The account as it is now.', reference(accountSchema)) },
      },
    },
    async (request) => await accounts.change(callerOf(request), request.params.id, request.body),
  );
}
