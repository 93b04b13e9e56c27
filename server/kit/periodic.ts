import { toError } from './errors.ts';
import type { Logger } from './logger.ts';

/** A task that runs again and again until it is stopped. */
export interface PeriodicTask {
  /** Runs no more; resolves when a run under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `work` every `everyMs` milliseconds, counted from the end of the run before, first after `everyMs`. A run that
 * fails is logged and does not end the series.
 */
export function startPeriodicTask(options: {
  readonly name: string;
  readonly everyMs: number;
  readonly logger: Logger;
  readonly work: () => Promise<unknown>;
}): PeriodicTask {
  const { name, everyMs, logger, work } = options;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let timer = setTimeout(tick, everyMs);

  async function run(): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      logger.error({ err: toError(thrown) }, `${name} failed; it is tried again in ${everyMs} ms`);
    }
    if (!stopped) timer = setTimeout(tick, everyMs);
  }
  function tick(): void {
    running = run();
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
