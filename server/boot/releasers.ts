import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';

export interface ReleaseOptions {
  /** End what is under way instead of waiting for it. */
  readonly force: boolean;
}

/**
 * What was started, to be stopped in the opposite order. One that fails does not keep the others from being
 * released; the failures are logged and thrown together at the end.
 */
export class Releasers {
  readonly #stack: { readonly name: string; readonly release: (options: ReleaseOptions) => Promise<void> | void }[] =
    [];

  add(name: string, release: (options: ReleaseOptions) => Promise<void> | void): void {
    this.#stack.push({ name, release });
  }

  async releaseAll(options: ReleaseOptions, logger: Logger): Promise<void> {
    const failures: Error[] = [];
    for (let next = this.#stack.pop(); next; next = this.#stack.pop()) {
      try {
        logger.debug({ part: next.name }, 'stopping');
        await next.release(options);
      } catch (thrown) {
        const error = toError(thrown);
        logger.error({ err: error, part: next.name }, 'did not stop cleanly');
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts did not stop cleanly');
  }
}
