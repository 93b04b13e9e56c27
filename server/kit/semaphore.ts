/** The line in front of a semaphore is as long as it may be. */
export class LineFull extends Error {
  override readonly name = 'LineFull';
}

/** Lets a few pieces of work run at the same time; the others wait in line, first come, first served. */
export class Semaphore {
  readonly #waiting: number;
  readonly #line: (() => void)[] = [];
  #free: number;

  /**
   * @param limits `atOnce`: how many run at the same time; `waiting`: how many may stand in line, any number unless
   *   said otherwise
   */
  constructor(limits: { readonly atOnce: number; readonly waiting?: number }) {
    this.#free = limits.atOnce;
    this.#waiting = limits.waiting ?? Infinity;
  }

  /**
   * Runs `work` when its turn comes.
   * @param signal ends the wait in line; what runs already must watch it itself
   * @throws LineFull at once when too many wait already; the signal's reason; whatever `work` throws
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody can slip in before the next in line.
      const next = this.#line.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#line.length >= this.#waiting) throw new LineFull(`${this.#line.length} wait in line already`);
    const { promise, resolve: enter, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const place = this.#line.indexOf(enter);
      // Its turn has come in this very moment: the work runs, and has the signal.
      if (place === -1) return;
      this.#line.splice(place, 1);
      reject(signal?.reason as Error);
    };
    this.#line.push(enter);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }
}
