import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Notices } from './notices.ts';

/** A registry of its own (not the global one), with the default metrics of the process. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** What is wrong with the set-up, by its code: a process that has no dashboard, a transcoder by itself, says it here. */
export function offerNotices(registry: Registry, notices: Pick<Notices, 'all'>): void {
  const gauge = new Gauge({
    name: 'dramabox_notice',
    help: '1 for each thing about the set-up that an operator should look at; the log and the page of operations say what to do',
    labelNames: ['code'] as const,
    registers: [registry],
    collect: () => {
      for (const { code } of notices.all) gauge.set({ code }, 1);
    },
  });
}
