import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import {
  changeProfileSchema,
  changeProfileSettingsSchema,
  createProfileSchema,
  profileListSchema,
  profileParams,
  profileSchema,
  profileSchemas,
  profileSettingsSchema,
  restrictProfileSchema,
} from './schemas.ts';
import type { ProfilesService } from './service.ts';

const own = { access: 'signed-in' } as const;
const manage = { access: 'signed-in', notForKids: true } as const;
/** For what takes away protection or a whole profile: not everybody in a household who has the device may do that. */
const recentProof = { stepUp: { withinSeconds: 15 * 60 } } as const;
const asksForProof = 'Asks for a password given within 15 minutes (403 `step_up_required`).';
const tags = ['profiles'];
const profile = { 200: answer('The profile as it is now.', reference(profileSchema)) };

export function registerProfileRoutes(app: HttpApp, profiles: ProfilesService): void {
  for (const schema of profileSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/profiles',
    {
      config: own,
      schema: {
        operationId: 'listProfiles',
        summary: 'The profiles of the account that asks, the main one first',
        tags,
        response: { 200: answer('All of them: there is at least one.', reference(profileListSchema)) },
      },
    },
    async (request) => await profiles.list(identityOf(request)),
  );

  app.post(
    '/api/v1/profiles',
    {
      config: { ...manage, idempotent: true, audit: 'profile.created' },
      schema: {
        operationId: 'createProfile',
        summary: 'Make a profile',
        tags,
        body: createProfileSchema,
        description:
          'At most five for an account (409 `too_many_profiles`). From a profile with a maturity limit only ones within that limit can be made (403 `limit_too_high`).',
        response: { 201: answer('The new profile.', reference(profileSchema)) },
      },
    },
    async (request, reply) => reply.code(201).send(await profiles.create(callerOf(request), request.body)),
  );

  app.patch(
    '/api/v1/profiles/:id',
    {
      config: { ...manage, audit: 'profile.changed' },
      schema: {
        operationId: 'changeProfile',
        summary: 'Change how a profile looks, or what it prefers',
        tags,
        params: profileParams,
        body: changeProfileSchema,
        description: 'What is not named stays, also within `preferences` and `subtitleStyle`.',
        response: profile,
      },
    },
    async (request) => await profiles.change(callerOf(request), request.params.id, request.body),
  );

  app.put(
    '/api/v1/profiles/:id/restrictions',
    {
      config: { ...manage, ...recentProof, audit: 'profile.changed' },
      schema: {
        operationId: 'restrictProfile',
        summary: 'Say what a profile may see',
        tags,
        params: profileParams,
        body: restrictProfileSchema,
        description: asksForProof,
        response: profile,
      },
    },
    async (request) => await profiles.restrict(callerOf(request), request.params.id, request.body),
  );

  app.delete(
    '/api/v1/profiles/:id',
    {
      config: { ...manage, ...recentProof, audit: 'profile.deleted' },
      schema: {
        operationId: 'deleteProfile',
        summary: 'Delete a profile, with everything that belongs to it',
        tags,
        params: profileParams,
        description: `The main one stays (409 \`main_profile\`). Sign-ins that had chosen it have to choose again. ${asksForProof}`,
        response: { 204: emptyAnswer('Deleted.') },
      },
    },
    async (request, reply) => {
      await profiles.delete(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/profile-settings',
    {
      config: own,
      schema: {
        operationId: 'getProfileSettings',
        summary: 'What holds for all profiles of the account',
        tags,
        response: { 200: answer('The settings.', reference(profileSettingsSchema)) },
      },
    },
    async (request) => await profiles.settings(identityOf(request)),
  );

  app.patch(
    '/api/v1/profile-settings',
    {
      config: { ...manage, ...recentProof, audit: 'profile.changed' },
      schema: {
        operationId: 'changeProfileSettings',
        summary: 'Change what holds for all profiles of the account',
        tags,
        body: changeProfileSettingsSchema,
        description: asksForProof,
        response: { 200: answer('The settings as they are now.', reference(profileSettingsSchema)) },
      },
    },
    async (request) => await profiles.changeSettings(callerOf(request), request.body),
  );
}
