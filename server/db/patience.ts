import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailable } from './port.ts';
import { describeFailure, failureOf } from './failures.ts';

const firstPauseMs = 50;
const longestPauseMs = 1000;

/**
 * The pause before a further try, in milliseconds: twice as long after each one, a second at most. Half of it is left
 * to chance, so that those who failed together do not come back together.
 * @param attempt how many tries failed so far
 * @param chance from 0 to 1
 */
export function pauseAfter(attempt: number, chance: number): number {
  const longest = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
  return longest / 2 + (longest / 2) * chance;
}

/** How long one piece of work is tried again: from its first failure on, or from when the outage began that it met. */
export class Patience {
  readonly #retryMs: number;
  readonly #onRetry: () => void;
  #attempts = 0;
  #began: number | undefined;

  /**
   * @param retryMs how long, in milliseconds; 0 for not at all
   * @param onRetry told of each further try
   */
  constructor(retryMs: number, onRetry: () => void = () => undefined) {
    this.#retryMs = retryMs;
    this.#onRetry = onRetry;
  }

  /**
   * Waits before the next try.
   * @param since when the outage began, by `performance.now()`, where it is known to be older than this work
   * @throws DatabaseUnavailable with `error` as its cause when it has been tried for long enough
   */
  async pause(error: unknown, since = performance.now()): Promise<void> {
    this.#attempts += 1;
    this.#began = Math.min(this.#began ?? since, since);
    const pauseMs = pauseAfter(this.#attempts, Math.random());
    if (performance.now() + pauseMs > this.#began + this.#retryMs)
      throw error instanceof DatabaseUnavailable
        ? error
        : new DatabaseUnavailable(
            `${failureOf(error) === 'undone' ? 'Others were in the way for too long' : 'The database cannot be reached'}: ${describeFailure(error)}`,
            { cause: error },
          );
    this.#onRetry();
    await delay(pauseMs);
  }
}
