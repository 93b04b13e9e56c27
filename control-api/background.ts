import type { Logger } from '../server/kit/logger.ts';
import type { Leases } from '../server/limits/port.ts';
import type { Outbox } from '../server/outbox/port.ts';
import type { Feature } from './feature.ts';
import { Upkeep, type UpkeepTask } from '../server/kit/upkeep.ts';

export interface BackgroundDeps {
  readonly leases: Leases;
  readonly outbox: Pick<Outbox, 'makeKnown' | 'consume'>;
  readonly logger: Logger;
}

/** Ends something that was started; may be called again with `force`, which waits for nothing in hand. */
type Stop = (options: { readonly force: boolean }) => Promise<void>;

/** What features do besides letting requests be answered: upkeep, jobs, and hearing of durable events. */
export class Background {
  /** Everything that is done again and again. */
  readonly upkeep: readonly UpkeepTask[];
  readonly #features: readonly Feature[];
  readonly #deps: BackgroundDeps;
  readonly #started: Stop[] = [];

  constructor(features: readonly Feature[], deps: BackgroundDeps) {
    this.#features = features;
    this.#deps = deps;
    this.upkeep = features.flatMap(({ upkeep = [] }) => upkeep);
  }

  /**
   * Does what is due at the start, then begins all of it. `stop` also ends a start that failed half-way.
   * @throws Error when two upkeep tasks have the same name; whatever a task throws that runs at the start
   */
  async start(): Promise<void> {
    const { leases, outbox, logger } = this.#deps;
    const consumers = this.#features.flatMap((feature) => feature.consumers ?? []);
    // First: from then on what is recorded, by upkeep too, is kept for them.
    for (const consumer of consumers) await outbox.makeKnown(consumer);
    const upkeep = new Upkeep({ tasks: this.upkeep, leases, logger });
    this.#started.push(() => upkeep.stop());
    await upkeep.start();
    for (const { startJobs } of this.#features) if (startJobs) this.#started.push(startJobs());
    for (const consumer of consumers) this.#started.push(await outbox.consume(consumer));
  }

  /** Ends all of it, and what keeps the server from stopping; may be called again with `force`. */
  async stop(options: { readonly force: boolean }): Promise<void> {
    await Promise.all([this.closeFeatures(), ...this.#started.map((stop) => stop(options))]);
  }

  /** Ends what keeps the server from stopping, and nothing else. */
  async closeFeatures(): Promise<void> {
    await Promise.all(this.#features.map(async (feature) => feature.close?.()));
  }
}
