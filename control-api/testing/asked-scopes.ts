import type { FastifyContextConfig } from 'fastify';
import { optionalIdentityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';

/** Whether a route is about titles or assets, for staff. */
export function isAboutTitles({ access }: FastifyContextConfig): boolean {
  return typeof access === 'object' && 'may' in access && /^(titles|assets)\./.test(access.may);
}

/**
 * Makes every answer about titles or assets an error for which nobody asked which titles its reader works on, unless the
 * route says why there is nothing to ask (`config.scope`). Must be called before the routes are added.
 */
export function holdStaffToScopes(app: HttpApp): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { config } = request.routeOptions;
    if (!isAboutTitles(config) || config.scope !== undefined || reply.statusCode >= 300) return payload;
    if (optionalIdentityOf(request)?.scope.isAsked !== true)
      throw new Error(
        `${request.method} ${request.routeOptions.url} answers without asking which titles somebody works on`,
      );
    return payload;
  });
}
