import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, emptyAnswer, reference } from '../schemas.ts';
import { setAsideParams, statusSchema } from './schemas.ts';
import type { OperationsService } from './service.ts';

export function registerOperationsRoutes(app: HttpApp, operations: OperationsService): void {
  app.addSchema(statusSchema);
  app.get(
    '/api/v1/operations/status',
    {
      config: { access: { may: 'operations.read' } },
      schema: {
        operationId: 'getOperationsStatus',
        summary: 'Queue, durable events, disk and tools',
        tags: ['operations'],
        response: { 200: answer('How the server is doing.', reference(statusSchema)) },
      },
    },
    async () => await operations.status(),
  );

  app.post(
    '/api/v1/operations/set-aside/:consumer/:eventId/try-again',
    {
      config: { access: { may: 'operations.manage' }, audit: 'outbox.tried-again' },
      schema: {
        operationId: 'tryEventAgain',
        summary: 'Deliver an event again that its consumer could not handle',
        tags: ['operations'],
        params: setAsideParams,
        response: { 204: emptyAnswer('It will be delivered again.') },
      },
    },
    async (request, reply) => {
      const { eventId, consumer } = request.params;
      await operations.tryAgain(callerOf(request), eventId, consumer);
      return reply.code(204).send(null);
    },
  );
}
