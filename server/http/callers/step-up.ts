import { atOnce } from '../hooks.ts';
import { ProblemError } from '../../kit/errors.ts';
import type { Clock } from '../../kit/clock.ts';
import { identityOf, isForAccounts } from '../access.ts';
import type { HttpApp } from '../http-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The caller must have proved who they are within this time: a stolen token alone is not enough. Those who did not
     * get `step_up_required`, confirm their password (or sign in again), and repeat the request.
     */
    stepUp?: { readonly withinSeconds: number };
  }
}

/**
 * Refuses requests of those who proved who they are too long ago, in the spirit of RFC 9470: the challenge names the
 * age that is accepted. The status is 403, not 401: clients answer 401 with a refresh, which proves nothing.
 * Must be called before the first route is added, and after access is enforced.
 */
export function enforceStepUp(app: HttpApp, clock: Clock): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.stepUp === undefined) return;
    const name = `${String(method)} ${url}`;
    if (!(config.stepUp.withinSeconds >= 1))
      throw new Error(`${name} asks for a proof from the future (config.stepUp)`);
    if (!isForAccounts(config.access))
      throw new Error(`${name} asks for a recent proof of callers that have no account (config.stepUp)`);
  });
  app.addHook(
    'onRequest',
    atOnce((request, reply) => {
      const { stepUp } = request.routeOptions.config;
      if (stepUp === undefined) return;
      const age = clock.now() - identityOf(request).authenticatedAt;
      if (age <= stepUp.withinSeconds * 1000) return;
      const { withinSeconds: maxAgeSeconds } = stepUp;
      void reply.header(
        'www-authenticate',
        `Bearer error="insufficient_user_authentication", error_description="Confirm the password", max_age="${maxAgeSeconds}"`,
      );
      throw new ProblemError('step_up_required', 'Confirm your password first, then do it again.', {
        extras: { maxAgeSeconds },
      });
    }),
  );
}
