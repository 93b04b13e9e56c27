import type { HttpApp } from '../../server/http/http-app.ts';
import { recordedBy } from '../../server/http/writes/audit.ts';

/**
 * Makes every write that succeeds without having recorded the audit event that its route declares an error. Must be
 * called before the routes are added.
 */
export function holdWritesToAudit(app: HttpApp): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { audit } = request.routeOptions.config;
    if (typeof audit !== 'string' || reply.statusCode >= 300) return payload;
    const recorded = recordedBy(request);
    if (recorded !== undefined && !recorded.includes(audit))
      throw new Error(`${request.method} ${request.routeOptions.url} declares ${audit} and recorded nothing of it`);
    return payload;
  });
}
