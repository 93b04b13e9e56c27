import { ProblemError } from '../../server/kit/errors.ts';

/** Lets a few pieces of work run at once, some wait in line, and refuses the rest: whoever waits for long gives up anyway. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #inLine: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(limits: { readonly atOnce: number; readonly inLine: number }) {
    this.#atOnce = limits.atOnce;
    this.#inLine = limits.inLine;
  }

  /**
   * Runs `work`, first come, first served.
   * @throws ProblemError too_many_requests at once when the line is full; whatever `work` throws
   */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else if (this.#line.length < this.#inLine)
      await new Promise<void>((enter) => {
        this.#line.push(enter);
      });
    else
      throw new ProblemError('too_many_requests', 'Too many people are signing in. Try again in a few seconds.', {
        extras: { retryAfterSeconds: 5 },
      });
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody can slip in before who waits.
      const next = this.#line.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
