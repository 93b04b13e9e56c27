import { Gauge, type Registry } from 'prom-client';
import type { Outbox } from '../../server/outbox/port.ts';
import type { JobQueue } from '../../server/queue/port.ts';

/** How many jobs wait, run and were given up: counted when a scraper asks. */
export function measureQueue(registry: Registry, queue: Pick<JobQueue, 'counts'>): void {
  new Gauge({
    name: 'dramabox_queue_jobs',
    help: 'Jobs of the queue by name and state',
    labelNames: ['job', 'state'] as const,
    registers: [registry],
    async collect() {
      for (const [job, counts] of Object.entries(await queue.counts())) {
        for (const [state, count] of Object.entries(counts)) this.set({ job, state }, count as number);
      }
    },
  });
}

/** How many durable events each consumer has before it, and how many it could not handle. */
export function measureOutbox(registry: Registry, outbox: Pick<Outbox, 'counts'>): void {
  new Gauge({
    name: 'dramabox_outbox_events',
    help: 'Durable events by consumer, waiting or set aside',
    labelNames: ['consumer', 'state'] as const,
    registers: [registry],
    async collect() {
      for (const [consumer, { waiting, setAside }] of Object.entries(await outbox.counts())) {
        this.set({ consumer, state: 'waiting' }, waiting);
        this.set({ consumer, state: 'set_aside' }, setAside);
      }
    },
  });
}
