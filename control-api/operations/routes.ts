import type { HttpApp } from '../../server/http/http-app.ts';
import { bearer, problemResponses, reference } from '../schemas.ts';
import { statusSchema } from './schemas.ts';
import type { OperationsService } from './service.ts';

export function registerOperationsRoutes(app: HttpApp, operations: OperationsService): void {
  app.addSchema(statusSchema);
  app.get(
    '/api/v1/operations/status',
    {
      config: { access: { roles: ['super_admin', 'content_manager'] } },
      schema: {
        summary: 'Queue, disk and tools',
        tags: ['operations'],
        security: bearer,
        response: { 200: reference(statusSchema), ...problemResponses },
      },
    },
    async () => await operations.status(),
  );
}
