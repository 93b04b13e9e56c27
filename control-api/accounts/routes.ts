import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { accountSchema, ownAccountSchema } from '../account.ts';
import { answer, reference } from '../schemas.ts';
import { scopedTitleSchema } from '../staff-scopes.ts';
import {
  accountDetailsSchema,
  accountEventSchema,
  accountListQuery,
  accountPageSchema,
  accountParams,
  createAccountSchema,
} from './schemas.ts';
import type { AccountsService } from './service.ts';

const tags = ['accounts'];

/** Reading accounts, and making some. */
export function registerAccountRoutes(app: HttpApp, accounts: AccountsService): void {
  for (const schema of [scopedTitleSchema, accountPageSchema, accountEventSchema, accountDetailsSchema])
    app.addSchema(schema);

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
    async (request) => await accounts.own(identityOf(request)),
  );

  app.get(
    '/api/v1/accounts',
    {
      config: { access: { may: 'accounts.read' } },
      schema: {
        operationId: 'listAccounts',
        summary: 'Accounts, newest first; those of staff only for super admins',
        tags,
        querystring: accountListQuery,
        response: { 200: answer('A page of accounts.', reference(accountPageSchema)) },
      },
    },
    async (request) => await accounts.list(identityOf(request), request.query),
  );

  app.get(
    '/api/v1/accounts/:id',
    {
      config: { access: { may: 'accounts.read' } },
      schema: {
        operationId: 'getAccount',
        summary: 'One account: how it signs in, and what happened to it lately',
        tags,
        params: accountParams,
        response: { 200: answer('The account.', reference(accountDetailsSchema)) },
      },
    },
    async (request) => await accounts.get(identityOf(request), request.params.id),
  );

  app.post(
    '/api/v1/accounts',
    {
      // With a proof, too: with an account of one's own making a stolen token would get round it.
      config: {
        access: { may: 'accounts.manage' },
        stepUp: { withinSeconds: 15 * 60 },
        idempotent: true,
        audit: 'account.created',
      },
      schema: {
        operationId: 'createAccount',
        summary: 'Create an account of somebody who watches; staff are invited',
        tags,
        body: createAccountSchema,
        description: 'Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 201: answer('The new account.', reference(accountSchema)) },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(callerOf(request), request.body)),
  );
}
