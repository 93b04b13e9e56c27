import { Type } from 'typebox';
import { identityOf } from '../../../server/http/access.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { callerOf } from '../../../server/http/writes/audit.ts';
import { proofs, splitProofs } from '../../../server/http/proofs.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { answer, emptyAnswer, idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import type { Devices } from './devices.ts';

const tags = ['accounts'];

const deviceSchema = Type.Object(
  {
    id: idSchema('family'),
    isThisOne: Type.Boolean({ description: 'Whether the request came from it.' }),
    proofs: Type.Array(Type.Enum([...proofs]), { maxItems: proofs.length, description: 'By what it signed in.' }),
    userAgent: nullable(Type.String({ maxLength: 256, description: 'As it calls itself.' })),
    address: nullable(Type.String({ maxLength: 64, description: 'Network address that it came from last.' })),
    country: nullable(Type.String({ maxLength: 2, description: 'ISO 3166-1 alpha-2, where it is known.' })),
    startedAt: timeSchema,
    seenAt: timeSchema,
  },
  { $id: 'Device', description: 'A sign-in that goes on.' },
);
const deviceListSchema = Type.Object(
  { items: Type.Array(reference(deviceSchema), { maxItems: 100 }) },
  { $id: 'DeviceList' },
);
const deviceParams = Type.Object({ id: idSchema('family') });

/** The devices of the account that asks. */
export function registerDeviceRoutes(app: HttpApp, devices: Devices): void {
  for (const schema of [deviceSchema, deviceListSchema]) app.addSchema(schema);

  app.get(
    '/api/v1/accounts/me/devices',
    {
      config: { access: { may: 'account.manage-own' } },
      schema: {
        operationId: 'listDevices',
        summary: 'Where the account is signed in, the latest first',
        tags,
        response: { 200: answer('Its devices.', reference(deviceListSchema)) },
      },
    },
    async (request) => {
      const who = identityOf(request);
      const rows = await devices.list(who);
      return {
        items: rows.map((row) => ({
          id: row.id,
          isThisOne: row.id === who.familyId,
          proofs: [...splitProofs(row.proofs)],
          userAgent: row.user_agent,
          address: row.address,
          country: row.country,
          startedAt: toIso(row.started_at),
          seenAt: toIso(row.seen_at),
        })),
      };
    },
  );

  app.delete(
    '/api/v1/accounts/me/devices/:id',
    {
      config: { access: { may: 'account.manage-own' }, notForKids: true, audit: 'sign-in.ended' },
      schema: {
        operationId: 'signOutDevice',
        summary: 'Sign one device out, at once',
        tags,
        params: deviceParams,
        response: { 204: emptyAnswer('Signed out.') },
      },
    },
    async (request, reply) => {
      await devices.signOut(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/devices/sign-out-others',
    {
      config: { access: { may: 'account.manage-own' }, notForKids: true, audit: 'sign-in.ended' },
      schema: {
        operationId: 'signOutOtherDevices',
        summary: 'Sign every other device out, at once',
        tags,
        response: {
          200: answer(
            'How many there were.',
            Type.Object({ signedOut: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
          ),
        },
      },
    },
    async (request) => ({ signedOut: await devices.signOutOthers(callerOf(request)) }),
  );
}
