import type { Registry } from 'prom-client';
import type { Feature } from '../feature.ts';
import { measureQueue } from './metrics.ts';
import { registerOperationsRoutes } from './routes.ts';
import { OperationsService, type OperationsServiceOptions } from './service.ts';

export interface OperationsDeps extends Omit<OperationsServiceOptions, 'startedAt'> {
  readonly metrics: Registry;
}

/** What operators look at: the queue, the disk, the tools. */
export function operationsFeature(deps: OperationsDeps): Feature {
  return {
    name: 'operations',
    routes(app) {
      registerOperationsRoutes(app, new OperationsService({ ...deps, startedAt: deps.clock.now() }));
      measureQueue(deps.metrics, deps.queue);
    },
  };
}
