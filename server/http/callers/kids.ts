import type { FastifyRequest } from 'fastify';
import { atOnce } from '../hooks.ts';
import { ProblemError } from '../../kit/errors.ts';
import { identityOf, isForAccounts, type Identity } from '../access.ts';
import type { HttpApp } from '../http-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not for a sign-in that has a kids' profile: for what manages the account, or how its profiles are protected. */
    notForKids?: true;
  }
}

/**
 * Who watches on a sign-in: somebody with a `kids` profile, or `nobody` since the profile was taken away, which may
 * have been one. Everybody else is `free`.
 */
type Watcher = 'free' | 'kids' | 'nobody';

/** Finds out who watches on the sign-in of a request. */
export type FindWatcher = (signIn: Pick<Identity, 'accountId' | 'familyId'>) => Promise<Watcher>;

const finders = new WeakMap<HttpApp, FindWatcher>();

/** Makes `find` say which sign-ins of this application have a kids' profile. */
export function useWatchers(app: HttpApp, find: FindWatcher): void {
  finders.set(app, find);
}

/**
 * Refuses requests from kids' profiles where the route says that it is not for them. Must be called before the first
 * route is added, and after access is enforced.
 */
export function enforceNotForKids(app: HttpApp): void {
  let isAsked = false;
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.notForKids === undefined) return;
    isAsked = true;
    if (!isForAccounts(config.access))
      throw new Error(
        `${String(method)} ${url} asks for the profile of callers that have no account (config.notForKids)`,
      );
  });
  app.addHook('onReady', async () => {
    if (isAsked && !finders.has(app))
      throw new Error("Routes are not for kids, but nobody knows who has a kids' profile (useWatchers)");
  });
  app.addHook(
    'onRequest',
    atOnce((request) => (request.routeOptions.config.notForKids === undefined ? undefined : refuseKids(app, request))),
  );
}

async function refuseKids(app: HttpApp, request: FastifyRequest): Promise<void> {
  const watcher = await finders.get(app)?.(identityOf(request));
  if (watcher === 'nobody') throw new ProblemError('profile_not_chosen', 'Choose a profile first, then do it again.');
  if (watcher !== 'free') throw new ProblemError('kids_profile', "Do it from a profile that is not a kids' one.");
}
