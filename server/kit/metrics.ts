import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Notices } from './notices.ts';

/** Where figures are gathered, for those who only hand it on. */
export type Metrics = Registry;

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
      gauge.reset();
      for (const { code } of notices.all) gauge.set({ code }, 1);
    },
  });
}

/** How the connections to the database are used, as they are when the figures are read. */
export function offerDatabase(
  registry: Registry,
  figures: () => Readonly<Record<'most' | 'busy' | 'idle' | 'waiting' | 'retries', number>>,
): void {
  const registers = [registry];
  const connections = new Gauge({
    name: 'dramabox_database_connections',
    help: 'Connections to the database: in use, open and free, and how many there may be',
    labelNames: ['state'] as const,
    registers,
    collect: () => {
      const { most, busy, idle } = figures();
      connections.set({ state: 'most' }, most);
      connections.set({ state: 'busy' }, busy);
      connections.set({ state: 'idle' }, idle);
    },
  });
  const waiting = new Gauge({
    name: 'dramabox_database_waiting',
    help: 'Statements and transactions that wait for a free connection: more than a few, and database.maxConnections is too small',
    registers,
    collect: () => {
      waiting.set(figures().waiting);
    },
  });
  const retries = new Counter({
    name: 'dramabox_database_retries_total',
    help: 'Statements and transactions tried again because a connection was lost or others were in the way',
    registers,
    collect: () => {
      retries.reset();
      retries.inc(figures().retries);
    },
  });
}

/** Whether a backend is asked: 0 as usual, 1 while one request finds out whether it is back, 2 while nothing is asked. */
export function offerBreaker(registry: Registry, state: () => 'closed' | 'half-open' | 'open'): void {
  const gauge = new Gauge({
    name: 'dramabox_storage_breaker',
    help: 'State of the circuit breaker in front of the object store: 0 closed, 1 half-open, 2 open',
    registers: [registry],
    collect: () => {
      gauge.set({ closed: 0, 'half-open': 1, open: 2 }[state()]);
    },
  });
}

/** A number that somebody keeps, under a name for Prometheus; `counter` when it only grows. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  read(): number;
}

/** Offers numbers that are read whenever a scraper asks. */
export function offerFigures(registry: Registry, figures: readonly Figure[]): void {
  for (const { name, help, kind, read } of figures) {
    const options = { name, help, registers: [registry] };
    if (kind === 'gauge')
      new Gauge({
        ...options,
        collect: function () {
          this.set(read());
        },
      });
    else
      new Counter({
        ...options,
        collect: function () {
          this.reset();
          this.inc(read());
        },
      });
  }
}
