import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import type { Choices } from './choices.ts';
import type { Pins } from './pins.ts';
import { chooseProfileSchema, currentProfileSchema, profileParams, profileSchema, setPinSchema } from './schemas.ts';

const tags = ['profiles'];
/** More than anybody needs, and not enough to keep the process busy with hashing right PINs. */
const oftenEnough = { per: 'account', points: 100, seconds: 15 * 60 } as const;

/** Choosing a profile, and the PINs that protect that. Schemas are added with the other routes. */
export function registerChoiceRoutes(app: HttpApp, choices: Choices, pins: Pins): void {
  app.get(
    '/api/v1/profiles/current',
    {
      config: { access: 'signed-in' },
      schema: {
        operationId: 'getCurrentProfile',
        summary: 'The profile that requests of this sign-in are for',
        tags,
        response: { 200: answer('The profile, if there is one.', reference(currentProfileSchema)) },
      },
    },
    async (request) => await choices.show(identityOf(request)),
  );

  app.post(
    '/api/v1/profiles/:id/choose',
    {
      config: {
        access: 'signed-in',
        limits: [{ ...oftenEnough, what: 'changes of the profile' }],
        audit: { none: 'Households change it many times a day, and it is no change of a profile.' },
      },
      schema: {
        operationId: 'chooseProfile',
        summary: 'Choose the profile that requests of this sign-in are for',
        tags,
        params: profileParams,
        body: chooseProfileSchema,
        description:
          "It stays chosen until the sign-in ends or another one is chosen. A profile with a PIN asks for it (403 `pin_required`; `profileId` says whose PIN that is: to leave a kids' profile it may be that of the main one). Wrong PINs are limited for the profile and for the account, with growing pauses (429, `Retry-After`).",
        response: { 200: answer('The profile that is chosen now.', reference(currentProfileSchema)) },
      },
    },
    async (request) => await choices.choose(callerOf(request), request.params.id, request.body.pin),
  );

  app.put(
    '/api/v1/profiles/:id/pin',
    {
      config: {
        access: 'signed-in',
        notForKids: true,
        limits: [{ ...oftenEnough, what: 'changes of a PIN' }],
        audit: 'profile.pin-changed',
      },
      schema: {
        operationId: 'setProfilePin',
        summary: 'Give a profile a PIN, or another one',
        tags,
        params: profileParams,
        body: setPinSchema,
        description:
          'A PIN that is there must be given as `currentPin`; wrong ones are limited as when choosing. Other sign-ins that had chosen the profile have to choose again.',
        response: { 200: answer('The profile as it is now.', reference(profileSchema)) },
      },
    },
    async (request) => await pins.set(callerOf(request), request.params.id, request.body),
  );

  app.delete(
    '/api/v1/profiles/:id/pin',
    {
      config: {
        access: 'signed-in',
        notForKids: true,
        stepUp: { withinSeconds: 15 * 60 },
        audit: 'profile.pin-changed',
      },
      schema: {
        operationId: 'removeProfilePin',
        summary: 'Take the PIN of a profile away, also one that was forgotten',
        tags,
        params: profileParams,
        description: 'Asks for a password given within 15 minutes (403 `step_up_required`), and for no PIN.',
        response: { 204: emptyAnswer('It has no PIN.') },
      },
    },
    async (request, reply) => {
      await pins.remove(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
