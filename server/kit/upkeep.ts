import type { Logger } from './logger.ts';
import { startPeriodicTask, type PeriodicTask } from './periodic.ts';

/** Something that is done again and again. One process does it at a time, under a lease, however many there are. */
export interface UpkeepTask {
  /** Unique over all roles and features, e.g. `uploads.repair`. */
  readonly name: string;
  readonly everyMs: number;
  /** Also once, at the start. */
  readonly atStart?: boolean;
  /** @param signal aborts when the process stops or the lease is lost */
  run(signal: AbortSignal): Promise<unknown>;
}

/** A hold on a task; `signal` aborts when it was lost. */
interface Lease {
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** Which process does a task: undefined while another one has it. */
interface TaskLeases {
  take(name: string): Promise<Lease | undefined>;
}

/** What is done again and again, and how the process that does it is found. */
export interface UpkeepOptions {
  readonly tasks: readonly UpkeepTask[];
  readonly leases: TaskLeases;
  readonly logger: Logger;
}

/**
 * Runs upkeep tasks. Each has a lease of its name, which is kept from run to run: of several processes the first one
 * does the task, and when it is gone (or has lost the lease) another one takes over at its next turn.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #held = new Map<string, Lease>();
  readonly #stopping = new AbortController();
  #starting: Promise<void> = Promise.resolve();
  #periodic: readonly PeriodicTask[] = [];

  /** @throws Error when two tasks have the same name */
  constructor(options: UpkeepOptions) {
    this.#options = options;
    const names = options.tasks.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`There are two upkeep tasks ${twice}`);
  }

  /**
   * Runs what is due at the start, one after the other, then begins the periods: also when one of them failed, for a
   * caller that goes on without it needs the others, and the failed one again.
   * @throws what the first task threw that failed at the start; later it is logged
   */
  async start(): Promise<void> {
    this.#starting = this.#start();
    await this.#starting;
  }

  /** Aborts runs under way, waits for their end and gives the leases back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#starting.catch(() => undefined);
    await Promise.all(this.#periodic.map((periodic) => periodic.stop()));
    const leases = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(leases.map((lease) => lease.release()));
  }

  async #start(): Promise<void> {
    const { tasks, logger } = this.#options;
    const failures: unknown[] = [];
    for (const task of tasks) if (task.atStart) await this.#run(task).catch((error: unknown) => failures.push(error));
    if (this.#stopping.signal.aborted) return;
    this.#periodic = tasks.map((task) =>
      startPeriodicTask({
        name: `the upkeep ${task.name}`,
        everyMs: task.everyMs,
        logger,
        work: () => this.#run(task),
      }),
    );
    if (failures.length > 0) throw failures[0];
  }

  async #run(task: UpkeepTask): Promise<void> {
    const lease = await this.#leaseOf(task.name);
    if (!lease) return;
    const signal = AbortSignal.any([lease.signal, this.#stopping.signal]);
    if (signal.aborted) return;
    try {
      await task.run(signal);
    } catch (error) {
      // A run that was told to end did not fail.
      if (!signal.aborted) throw error;
    }
  }

  /** The lease that is held, or a new one; undefined while another process has it. */
  async #leaseOf(name: string): Promise<Lease | undefined> {
    const held = this.#held.get(name);
    if (held && !held.signal.aborted) return held;
    this.#held.delete(name);
    const taken = await this.#options.leases.take(name);
    if (taken) this.#held.set(name, taken);
    return taken;
  }
}
