import type { HttpApp } from '../../server/http/http-app.ts';
import { reference } from '../schemas.ts';
import { statusSchema } from './schemas.ts';
import type { OperationsService } from './service.ts';

export function registerOperationsRoutes(app: HttpApp, operations: OperationsService): void {
  app.addSchema(statusSchema);
  app.get(
    '/api/v1/operations/status',
    {
      config: { access: { may: 'operations.read' } },
      schema: { summary: 'Queue, disk and tools', tags: ['operations'], response: { 200: reference(statusSchema) } },
    },
    async () => await operations.status(),
  );
}
