import type { Registry } from 'prom-client';
import type { Outbox } from '../../server/outbox/port.ts';
import type { Feature } from '../feature.ts';
import { measureOutbox, measureQueue } from './metrics.ts';
import { registerOperationsRoutes } from './routes.ts';
import { OperationsService, type OperationsServiceOptions } from './service.ts';

export interface OperationsDeps extends Omit<OperationsServiceOptions, 'startedAt' | 'outbox'> {
  readonly metrics: Registry;
  readonly outbox: Outbox;
}

/** Events that everybody has handled only take room. */
const forgetEveryMs = 600_000;

/** What operators look at: the queue, durable events, the disk, the tools. */
export function operationsFeature(deps: OperationsDeps): Feature {
  return {
    name: 'operations',
    routes(app) {
      registerOperationsRoutes(app, new OperationsService({ ...deps, startedAt: deps.clock.now() }));
      measureQueue(deps.metrics, deps.queue);
      measureOutbox(deps.metrics, deps.outbox);
    },
    upkeep: [{ name: 'operations.forget-events', everyMs: forgetEveryMs, run: () => deps.outbox.forgetHandled() }],
  };
}
