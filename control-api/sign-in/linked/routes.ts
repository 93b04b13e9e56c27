import { identityOf } from '../../../server/http/access.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { Linking } from './linking.ts';
import type { ProviderVisits } from './provider-visits.ts';
import type { IdentityRow } from './repository.ts';
import {
  begunVisitSchema,
  identityListSchema,
  identityParams,
  identitySchema,
  linkFirebaseSchema,
  linkSchema,
  linkTokenSchema,
  visitParams,
} from './schemas.ts';
import { presentVisit } from './sign-in-routes.ts';

const tags = ['accounts'];
const stepUp = { withinSeconds: 15 * 60 } as const;
const own = { access: { may: 'account.manage-own' }, notForKids: true } as const;
const note = 'Ends every other sign-in; the owner is told.';

const present = (row: IdentityRow) => ({
  id: row.id,
  provider: row.provider,
  email: row.email,
  name: row.name,
  linkedAt: toIso(row.linked_at),
  usedAt: toIso(row.used_at),
});

/** The accounts elsewhere that sign in to the account that asks. */
export function registerLinkingRoutes(
  app: HttpApp,
  { visits, linking }: { readonly visits: ProviderVisits; readonly linking: Linking },
): void {
  for (const schema of [identitySchema, identityListSchema]) app.addSchema(schema);
  const linked = answer('It is linked.', reference(identitySchema));

  app.get(
    '/api/v1/accounts/me/identities',
    {
      config: { access: { may: 'account.manage-own' } },
      schema: {
        operationId: 'listIdentities',
        summary: 'The accounts elsewhere that sign in to this one',
        tags,
        response: { 200: answer('They.', reference(identityListSchema)) },
      },
    },
    async (request) => ({ items: (await linking.list(identityOf(request).accountId)).map(present) }),
  );

  app.post(
    '/api/v1/accounts/me/identities/begin/:provider',
    {
      config: { ...own, stepUp, audit: { none: 'Nothing is linked before the provider has said who it is.' } },
      schema: {
        operationId: 'beginLinking',
        summary: 'Begin to link an account elsewhere',
        tags,
        params: visitParams,
        description: 'Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 200: answer('What to do next.', reference(begunVisitSchema)) },
      },
    },
    async (request) => {
      const { accountId, familyId } = identityOf(request);
      return presentVisit(await visits.begin(request.params.provider, { accountId, familyId }));
    },
  );

  app.post(
    '/api/v1/accounts/me/identities',
    {
      config: { ...own, audit: 'identity.linked' },
      schema: {
        operationId: 'linkIdentity',
        summary: 'Link it when the browser is back from the provider',
        tags,
        body: linkSchema,
        description: note,
        response: { 201: linked },
      },
    },
    async (request, reply) => {
      const { identity, visitor } = await visits.finishRedirect(request.body.token);
      return reply.code(201).send(present(await linking.link(callerOf(request), identity, visitor)));
    },
  );

  app.post(
    '/api/v1/accounts/me/identities/by-token/:provider',
    {
      config: { ...own, audit: 'identity.linked' },
      schema: {
        operationId: 'linkIdentityByToken',
        summary: "Link it by what the provider's SDK or button brought",
        tags,
        params: visitParams,
        body: linkTokenSchema,
        description: note,
        response: { 201: linked },
      },
    },
    async (request, reply) => {
      const { token, ...brought } = request.body;
      const { identity, visitor } = await visits.finishToken(request.params.provider, token, brought);
      return reply.code(201).send(present(await linking.link(callerOf(request), identity, visitor)));
    },
  );

  app.post(
    '/api/v1/accounts/me/identities/by-firebase',
    {
      config: { ...own, stepUp, audit: 'identity.linked' },
      schema: {
        operationId: 'linkIdentityByFirebase',
        summary: 'Link it by an ID token of Firebase Authentication',
        tags,
        body: linkFirebaseSchema,
        description: `Asks for a proof given within 15 minutes (403 \`step_up_required\`). ${note}`,
        response: { 201: linked },
      },
    },
    async (request, reply) => {
      const identity = await visits.byFirebase(request.body.idToken);
      return reply.code(201).send(present(await linking.link(callerOf(request), identity, undefined)));
    },
  );

  app.delete(
    '/api/v1/accounts/me/identities/:id',
    {
      config: { ...own, stepUp, audit: 'identity.unlinked' },
      schema: {
        operationId: 'unlinkIdentity',
        summary: 'Unlink one; the last way in stays',
        tags,
        params: identityParams,
        description: `Asks for a proof given within 15 minutes (403 \`step_up_required\`). ${note}`,
        response: { 204: emptyAnswer('It signs in no more.') },
      },
    },
    async (request, reply) => {
      await linking.unlink(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
