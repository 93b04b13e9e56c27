import type { HttpApp } from '../../server/http/http-app.ts';
import { declaredEvents, recordedBy } from '../../server/http/writes/audit.ts';

/**
 * Makes every write that succeeds without having recorded an audit event that its route declares an error. Must be
 * called before the routes are added.
 */
export function holdWritesToAudit(app: HttpApp): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const declared = declaredEvents(request.routeOptions.config.audit);
    if (declared.length === 0 || reply.statusCode >= 300) return payload;
    const recorded = recordedBy(request);
    if (recorded !== undefined && !recorded.some((event) => declared.includes(event)))
      throw new Error(
        `${request.method} ${request.routeOptions.url} declares ${declared.join(' or ')} and recorded nothing of it`,
      );
    return payload;
  });
}
