import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of its own (not the global one), with the default metrics of the process. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
