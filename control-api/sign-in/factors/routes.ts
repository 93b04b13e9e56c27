import type { FastifyRequest } from 'fastify';
import { identityOf } from '../../../server/http/access.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { Confirmation } from '../confirmation.ts';
import { begunSchema } from '../schemas.ts';
import type { Site } from '../site.ts';
import type { FactorSettings } from './factor-settings.ts';
import type { Asked } from './passkeys.ts';
import type { PasskeyRow } from './repository.ts';
import {
  addedPasskeySchema,
  addPasskeySchema,
  askedSchema,
  begunTotpSchema,
  confirmSchema,
  passkeyParams,
  passkeySchema,
  recoveryCodesSchema,
  renamePasskeySchema,
  totpCodeSchema,
  waysInSchema,
} from './schemas.ts';

const tags = ['accounts'];
/** For whatever changes how somebody gets in. */
const recentProof = { withinSeconds: 15 * 60 } as const;
const proofNote = 'Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.';

export interface FactorRoutes {
  readonly settings: FactorSettings;
  readonly confirmation: Confirmation;
  readonly siteOf: (request: FastifyRequest) => Site;
}

export const presentAsked = ({ token, expiresAt, options }: Asked<object>) => ({
  token,
  expiresAt: toIso(expiresAt),
  options,
});

const presentPasskey = (row: PasskeyRow) => ({
  id: row.id,
  name: row.name,
  isSynced: row.is_synced === 1,
  createdAt: toIso(row.created_at),
  usedAt: row.used_at === null ? null : toIso(row.used_at),
});

/** What the account that asks signs in with besides its password, and proving again who one is. */
export function registerFactorRoutes(app: HttpApp, { settings, confirmation, siteOf }: FactorRoutes): void {
  for (const schema of [
    askedSchema,
    passkeySchema,
    recoveryCodesSchema,
    addedPasskeySchema,
    begunTotpSchema,
    waysInSchema,
  ])
    app.addSchema(schema);

  app.get(
    '/api/v1/accounts/me/ways-in',
    {
      config: { access: { may: 'account.manage-own' } },
      schema: {
        operationId: 'getWaysIn',
        summary: 'What the account signs in with',
        tags,
        response: { 200: answer('Its ways in.', reference(waysInSchema)) },
      },
    },
    async (request) => {
      const { accountId } = identityOf(request);
      const factors = await settings.of(accountId);
      return {
        ...factors,
        passkeys: factors.passkeys.map(presentPasskey),
        confirmsBy: [...(await confirmation.ways(accountId))],
      };
    },
  );

  app.post(
    '/api/v1/accounts/me/confirm',
    {
      config: { access: { may: 'account.manage-own' }, audit: 'sign-in.confirmed' },
      schema: {
        operationId: 'confirmIdentity',
        summary: 'Prove again who you are, when something asked for it (`step_up_required`)',
        tags,
        body: confirmSchema,
        description:
          'By the second factor when the account has one, else by its password, else by a code that was sent (`confirmsBy` of the ways in).',
        response: { 204: emptyAnswer('Proven: send the request again that asked for it.') },
      },
    },
    async (request, reply) => {
      await confirmation.confirm(callerOf(request), request.body, siteOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/confirm/code',
    {
      config: {
        access: { may: 'account.manage-own' },
        audit: { none: 'Nothing is proven before the code is typed in.' },
      },
      schema: {
        operationId: 'sendConfirmationCode',
        summary: 'Ask for a code to confirm by',
        tags,
        response: { 202: answer('A mail is on its way.', reference(begunSchema)) },
      },
    },
    async (request, reply) => {
      const { token, expiresAt } = await confirmation.sendCode(callerOf(request), undefined);
      return reply.code(202).send({ token, expiresAt: toIso(expiresAt) });
    },
  );

  app.post(
    '/api/v1/accounts/me/confirm/passkey',
    {
      config: {
        access: { may: 'account.manage-own' },
        audit: { none: 'Nothing is proven before the device has answered.' },
      },
      schema: {
        operationId: 'askPasskeyToConfirm',
        summary: 'What a passkey is asked to confirm',
        tags,
        response: { 200: answer('The question.', reference(askedSchema)) },
      },
    },
    async (request) => presentAsked(await confirmation.askPasskey(callerOf(request), siteOf(request))),
  );

  app.post(
    '/api/v1/accounts/me/totp',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: { none: 'It counts for nothing before its first code.' },
      },
      schema: {
        operationId: 'beginTotp',
        summary: 'Begin to set up an authenticator app',
        tags,
        description: 'Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 200: answer('What the app is to be told.', reference(begunTotpSchema)) },
      },
    },
    async (request) => settings.beginTotp(callerOf(request)),
  );

  app.post(
    '/api/v1/accounts/me/totp/confirm',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: 'account.second-factor-changed',
      },
      schema: {
        operationId: 'confirmTotp',
        summary: 'End setting it up with its first code',
        tags,
        body: totpCodeSchema,
        description: proofNote,
        response: { 200: answer('It counts.', reference(recoveryCodesSchema)) },
      },
    },
    async (request) => ({ recoveryCodes: [...(await settings.confirmTotp(callerOf(request), request.body.code))] }),
  );

  app.delete(
    '/api/v1/accounts/me/totp',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: 'account.second-factor-changed',
      },
      schema: {
        operationId: 'removeTotp',
        summary: 'Remove the authenticator app',
        tags,
        description: proofNote,
        response: { 204: emptyAnswer('It counts no more.') },
      },
    },
    async (request, reply) => {
      await settings.removeTotp(callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/recovery-codes',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: 'account.second-factor-changed',
      },
      schema: {
        operationId: 'renewRecoveryCodes',
        summary: 'New recovery codes in the place of all earlier ones',
        tags,
        description: proofNote,
        response: { 200: answer('The codes.', reference(recoveryCodesSchema)) },
      },
    },
    async (request) => ({ recoveryCodes: [...(await settings.renewRecoveryCodes(callerOf(request)))] }),
  );

  app.post(
    '/api/v1/accounts/me/passkeys/options',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: { none: 'Nothing is made before the device has answered.' },
      },
      schema: {
        operationId: 'beginPasskey',
        summary: 'What a device is asked that is to make a passkey',
        tags,
        description: 'Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 200: answer('The question.', reference(askedSchema)) },
      },
    },
    async (request) => presentAsked(await settings.beginPasskey(callerOf(request), siteOf(request))),
  );

  app.post(
    '/api/v1/accounts/me/passkeys',
    {
      config: { access: { may: 'account.manage-own' }, notForKids: true, stepUp: recentProof, audit: 'passkey.added' },
      schema: {
        operationId: 'addPasskey',
        summary: 'Add the passkey that a device made',
        tags,
        body: addPasskeySchema,
        description: proofNote,
        response: { 201: answer('The passkey.', reference(addedPasskeySchema)) },
      },
    },
    async (request, reply) => {
      const { passkey, recoveryCodes } = await settings.addPasskey(callerOf(request), request.body, siteOf(request));
      return reply.code(201).send({ passkey: presentPasskey(passkey), recoveryCodes: [...recoveryCodes] });
    },
  );

  app.patch(
    '/api/v1/accounts/me/passkeys/:id',
    {
      config: { access: { may: 'account.manage-own' }, notForKids: true, audit: 'passkey.changed' },
      schema: {
        operationId: 'renamePasskey',
        summary: 'Give a passkey another name',
        tags,
        params: passkeyParams,
        body: renamePasskeySchema,
        response: { 204: emptyAnswer('It has the name.') },
      },
    },
    async (request, reply) => {
      await settings.renamePasskey(callerOf(request), request.params.id, request.body.name);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/accounts/me/passkeys/:id',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: recentProof,
        audit: 'passkey.removed',
      },
      schema: {
        operationId: 'removePasskey',
        summary: 'Remove a passkey',
        tags,
        params: passkeyParams,
        description: proofNote,
        response: { 204: emptyAnswer('It counts no more.') },
      },
    },
    async (request, reply) => {
      await settings.removePasskey(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
