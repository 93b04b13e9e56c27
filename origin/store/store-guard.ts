import { ProblemError } from '../../server/kit/errors.ts';
import { LineFull, Semaphore } from '../../server/kit/semaphore.ts';
import { ObjectNotFound, type StoredObject } from '../../server/storage/port.ts';
import type { OriginMetrics, StoreOperation } from '../metrics.ts';
import type { OriginStorage } from '../origin-storage.ts';
import { originProblems } from '../problems.ts';
import { PacedStream } from './paced-stream.ts';

/** How much of the store one origin uses at the same time. */
export interface StoreLimits {
  /** Reads and look-ups at the same time, and how many more stand in line for them. */
  readonly reads: number;
  readonly waiting: number;
  /** Objects being streamed at the same time. */
  readonly streams: number;
  /** How long one read or look-up may take, its time in line included, in milliseconds; for streams see `PacedStream`. */
  readonly timeoutMs: number;
}

/**
 * The store as the caches of the origin see it: whatever the store does, a call ends within `timeoutMs`, and what is
 * asked of it at the same time is bounded. Beyond the bound calls fail at once, so that a store that hangs costs
 * neither memory nor the patience of players, who are better off asking again.
 *
 * A call that took too long is aborted (see the port). A backend that goes on all the same is not waited for, but its
 * calls count: when there are `reads` of them, nothing more is asked until some have ended.
 */
export class StoreGuard {
  readonly #storage: OriginStorage;
  readonly #limits: StoreLimits;
  readonly #metrics: () => OriginMetrics;
  readonly #line: Semaphore;
  #running = 0;
  #waiting = 0;
  #streams = 0;
  #abandoned = 0;
  #failing = false;

  constructor(options: {
    readonly storage: OriginStorage;
    readonly limits: StoreLimits;
    readonly metrics: () => OriginMetrics;
  }) {
    this.#storage = options.storage;
    this.#limits = options.limits;
    this.#metrics = options.metrics;
    this.#line = new Semaphore({ atOnce: options.limits.reads, waiting: options.limits.waiting });
  }

  /** Whether the last call that ended failed: until one succeeds, nobody should wait for the store who need not. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** Whether half of the reads are taken: time to leave out what nobody asked for. */
  get isBusy(): boolean {
    return this.#running * 2 >= this.#limits.reads;
  }

  /** Calls by what they do, for the metrics. */
  get calls(): {
    readonly running: number;
    readonly waiting: number;
    readonly streams: number;
    readonly abandoned: number;
  } {
    return { running: this.#running, waiting: this.#waiting, streams: this.#streams, abandoned: this.#abandoned };
  }

  /** @throws ObjectNotFound; ProblemError `store_busy` and `store_timeout`; whatever the store throws */
  read(key: string): Promise<Buffer> {
    return this.#call('read', (signal) => this.#storage.read(key, signal));
  }

  /** @throws ProblemError `store_busy` and `store_timeout`; whatever the store throws */
  stat(key: string): Promise<StoredObject | undefined> {
    return this.#call('stat', (signal) => this.#storage.stat(key, signal));
  }

  /**
   * Streams an object or a part of it, both ends inclusive. Who asks for it reads or destroys it.
   * @throws ProblemError `store_busy`; reading it rejects with ObjectNotFound, ProblemError `store_timeout`, whatever
   *   the store fails with
   */
  stream(key: string, range?: { readonly start: number; readonly end: number }): PacedStream {
    if (this.#streams >= this.#limits.streams) throw this.#refusal('stream');
    const source = this.#storage.stream(key, range);
    this.#streams += 1;
    source.once('close', () => {
      this.#streams -= 1;
    });
    return new PacedStream(source, this.#limits.timeoutMs, () => {
      this.#failing = true;
      this.#metrics().storeTimeout('stream');
      return new ProblemError(originProblems.store_timeout);
    });
  }

  async #call<T>(operation: StoreOperation, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { timeoutMs, reads } = this.#limits;
    if (this.#abandoned >= reads) throw this.#refusal(operation);
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new ProblemError(originProblems.store_timeout));
    }, timeoutMs);
    this.#waiting += 1;
    let inLine = true;
    const leaveLine = (): void => {
      if (inLine) this.#waiting -= 1;
      inLine = false;
    };
    try {
      return await this.#line.run(() => {
        leaveLine();
        // Those in front may have been given up meanwhile.
        if (this.#abandoned >= reads) throw this.#refusal(operation);
        return this.#timed(operation, run, late.signal);
      }, late.signal);
    } catch (error) {
      if (error instanceof LineFull) throw this.#refusal(operation, error);
      if (late.signal.aborted) this.#metrics().storeTimeout(operation);
      throw error;
    } finally {
      leaveLine();
      clearTimeout(timer);
    }
  }

  #refusal(operation: StoreOperation, cause?: LineFull): ProblemError {
    this.#metrics().storeRefusal(operation);
    return new ProblemError(originProblems.store_busy, undefined, { cause });
  }

  /** Runs it until it ends or is given up, and remembers how the store is. */
  async #timed<T>(
    operation: StoreOperation,
    run: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const end = this.#metrics().storeTimer(operation);
    this.#running += 1;
    let ended = false;
    const work = run(signal).finally(() => {
      if (ended) this.#abandoned -= 1;
      ended = true;
    });
    try {
      const value = await unlessAborted(work, signal);
      this.#failing = false;
      end('ok');
      return value;
    } catch (error) {
      const answered = error instanceof ObjectNotFound;
      this.#failing = !answered;
      end(answered ? 'ok' : signal.aborted ? 'timeout' : 'error');
      throw error;
    } finally {
      this.#running -= 1;
      if (!ended) this.#abandoned += 1;
      ended = true;
    }
  }
}

/** What the work brings, or the reason of the signal, whichever is first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
    // Nobody looks at it any more when it was given up.
    work.catch(() => undefined);
  }
}
