import os from 'node:os';
import type { Config } from '../../config/schema.ts';
import type { RunningServer } from '../boot/server.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Who stops a whole process group (a terminal, systemd, `timeout`) reaches us directly, and again through npm and
 * through the process that handed over to us. Within this time, in milliseconds, that is one wish.
 */
const sameWishMs = 1000;

/**
 * Signals as wishes: the first one drains what is under way, the second ends it. Made before the server is started,
 * so that one that comes meanwhile is not lost.
 */
export class StopSignals {
  readonly #first = Promise.withResolvers<NodeJS.Signals>();
  readonly #second = Promise.withResolvers<NodeJS.Signals>();
  #count = 0;
  #countedAt = -Infinity;
  #serving = false;
  readonly #now: () => number;
  readonly #listener = (signal: NodeJS.Signals): void => {
    const now = this.#now();
    if (now - this.#countedAt < sameWishMs) return;
    this.#countedAt = now;
    this.#count += 1;
    // Asked for a third time, or again before there is anything to stop: nothing is worth waiting for.
    if (this.#count > (this.#serving ? 2 : 1)) process.exit(128 + os.constants.signals[signal]);
    (this.#count === 1 ? this.#first : this.#second).resolve(signal);
  };

  /** @param now a time in milliseconds that only moves forward */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
    for (const signal of signals) process.on(signal, this.#listener);
  }

  /** Lets the process's default take over again. */
  release(): void {
    for (const signal of signals) process.off(signal, this.#listener);
  }

  /** Resolves with the exit code once a signal has stopped the server. */
  async stop(server: RunningServer, config: Config): Promise<number> {
    this.#serving = true;
    const signal = await this.#first.promise;
    server.logger.warn({ signal }, 'stopping: finishing what is under way; a second signal ends it at once');
    let forced: Promise<void> | undefined;
    const force = (): void => {
      forced ??= server.force();
      // Awaited below, unless the stop itself fails first.
      forced.catch(() => undefined);
    };
    void this.#second.promise.then(force);
    // Jobs are cheap to repeat and a stop must end: after the grace period they are killed and handed back.
    const deadline = setTimeout(force, config.server.shutdownGraceSeconds * 1000);
    try {
      await server.stop();
      await forced;
      return 0;
    } finally {
      clearTimeout(deadline);
    }
  }
}
