import type { Logger } from '../server/kit/logger.ts';
import type { Leases } from '../server/limits/port.ts';
import type { Feature, UpkeepTask } from './feature.ts';
import { Upkeep } from './upkeep.ts';

type StopJobs = (options: { readonly force: boolean }) => Promise<void>;

/** What features do besides letting requests be answered. */
export class Background {
  /** Everything that is done again and again. */
  readonly tasks: readonly UpkeepTask[];
  readonly #features: readonly Feature[];
  readonly #upkeep: Upkeep;
  #stopJobs: readonly StopJobs[] = [];

  /** @throws Error when two upkeep tasks have the same name */
  constructor(features: readonly Feature[], deps: { readonly leases: Leases; readonly logger: Logger }) {
    this.#features = features;
    this.tasks = features.flatMap(({ upkeep = [] }) => upkeep);
    this.#upkeep = new Upkeep({ ...deps, tasks: this.tasks });
  }

  /** Does what is due at the start, then begins upkeep and jobs. */
  async start(): Promise<void> {
    await this.#upkeep.start();
    this.#stopJobs = this.#features.flatMap(({ startJobs }) => startJobs?.() ?? []);
  }

  /** Ends all of it; may be called again with `force`, which does not wait for jobs in hand. */
  async close(options: { readonly force: boolean }): Promise<void> {
    await Promise.all([
      this.closeFeatures(),
      this.#upkeep.stop(),
      ...this.#stopJobs.map((stopJobs) => stopJobs(options)),
    ]);
  }

  /** Ends what keeps the server from stopping, and nothing else. */
  async closeFeatures(): Promise<void> {
    await Promise.all(this.#features.map(async (feature) => feature.close?.()));
  }
}
