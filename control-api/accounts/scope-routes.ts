import { Type } from 'typebox';
import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, nullable, reference } from '../schemas.ts';
import { scopedTitleSchema, wantedScopeSchema } from '../staff-scopes.ts';
import { accountParams } from './schemas.ts';
import type { Scopes } from './scopes.ts';

const access = { may: 'accounts.manage' } as const;
const tags = ['staff'];
const scopeSchema = Type.Object(
  { titles: nullable(Type.Array(reference(scopedTitleSchema), { description: 'Null: all titles.' })) },
  { $id: 'StaffScope', description: 'Which series and movies somebody works on, with everything below them.' },
);
const putScopeSchema = Type.Object({ titles: wantedScopeSchema }, { additionalProperties: false });
const scope = { 200: answer('What they work on now.', reference(scopeSchema)) };

/** Narrowing the rights of staff to some titles. */
export function registerScopeRoutes(app: HttpApp, scopes: Scopes): void {
  app.addSchema(scopeSchema);

  app.get(
    '/api/v1/accounts/:id/scope',
    {
      config: { access },
      schema: {
        operationId: 'getStaffScope',
        summary: 'Which titles somebody of the staff works on',
        tags,
        params: accountParams,
        response: scope,
      },
    },
    async (request) => await scopes.get(identityOf(request), request.params.id),
  );

  app.put(
    '/api/v1/accounts/:id/scope',
    {
      config: { access, stepUp: { withinSeconds: 15 * 60 }, audit: 'account.scope-changed' },
      schema: {
        operationId: 'putStaffScope',
        summary: 'Narrow the rights of somebody to some series and movies, or let them work on all again',
        tags,
        params: accountParams,
        body: putScopeSchema,
        description:
          'It counts at once. Other titles, their videos and all that belongs to them are not there for them any more, and what is about the whole catalogue is refused (403 `rights_narrowed`). When a title is removed for good they work on what is left: on nothing, in the end. Content managers can be narrowed. Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: scope,
      },
    },
    async (request) => {
      await scopes.put(callerOf(request), request.params.id, request.body.titles);
      return scopes.get(identityOf(request), request.params.id);
    },
  );
}
