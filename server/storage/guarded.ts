import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { Readable } from 'node:stream';
import { ProblemError, toError } from '../kit/errors.ts';
import {
  isStorageUnavailable,
  type ByteRange,
  type PresignedRequest,
  type PresignOptions,
  type Storage,
  type StoredObject,
  type Transfer,
  type UploadStore,
} from './port.ts';

/** `closed`: all is asked. `open`: nothing is. `half-open`: one request finds out whether the others may follow. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface GuardOptions {
  /** After how many failures in a row nothing is asked for a while. */
  readonly failures: number;
  /** How long that is, in milliseconds. */
  readonly pauseMs: number;
  /** Called when the state changes; with the failure that it opened for. */
  onChange?(state: BreakerState, failure: Error | undefined): void;
}

/**
 * A storage behind a circuit breaker: when the store does not answer again and again, requests fail at once with
 * `storage_unavailable` for a while, instead of each waiting for its timeouts and piling up. What the store answers,
 * also that there is no such object or that something is not allowed, is no failure.
 */
export class GuardedStorage implements Storage {
  readonly #inner: Storage;
  readonly #uploads: UploadStore;
  readonly #pauseMs: number;
  readonly #breaker: ReturnType<typeof circuitBreaker>;
  #opensAgainAt = 0;

  constructor(inner: Storage, { failures, pauseMs, onChange }: GuardOptions) {
    this.#inner = inner;
    this.#pauseMs = pauseMs;
    this.#breaker = circuitBreaker(handleWhen(isStorageUnavailable), {
      halfOpenAfter: pauseMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    let failure: Error | undefined;
    this.#breaker.onBreak((reason) => {
      failure = 'error' in reason ? toError(reason.error) : undefined;
      this.#opensAgainAt = performance.now() + pauseMs;
    });
    this.#breaker.onStateChange(() => onChange?.(this.state, this.state === 'closed' ? undefined : failure));
    this.#uploads = this.#guardUploads(inner.uploadStore());
  }

  get state(): BreakerState {
    if (this.#breaker.state === CircuitState.Closed) return 'closed';
    return this.#breaker.state === CircuitState.HalfOpen ? 'half-open' : 'open';
  }

  /** One request, or a few. @throws ProblemError storage_unavailable at once while nothing is asked */
  async #ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.#breaker.execute(request);
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      const left = Math.max(this.#opensAgainAt - performance.now(), 1000);
      throw new ProblemError('storage_unavailable', 'The storage cannot be reached at the moment.', {
        cause: error,
        extras: { retryAfterSeconds: Math.min(Math.ceil(left / 1000), Math.ceil(this.#pauseMs / 1000) + 1) },
      });
    }
  }

  /** What may take minutes: others do not wait for it to find out whether the store is back. */
  async #work<T>(work: () => Promise<T>): Promise<T> {
    if (this.state !== 'closed') await this.#ask(() => this.#inner.check());
    try {
      return await work();
    } catch (error) {
      if (isStorageUnavailable(error)) await this.#ask(() => Promise.reject(toError(error)));
      throw error;
    }
  }

  async *#each<T>(entries: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = entries[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#ask(() => iterator.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  put(key: string, body: Buffer | string): Promise<void> {
    return this.#ask(() => this.#inner.put(key, body));
  }

  putNew(key: string, body: Buffer | string): Promise<boolean> {
    return this.#ask(() => this.#inner.putNew(key, body));
  }

  putFile(key: string, path: string): Promise<void> {
    return this.#work(() => this.#inner.putFile(key, path));
  }

  read(key: string, signal?: AbortSignal): Promise<Buffer> {
    return this.#ask(() => this.#inner.read(key, signal));
  }

  stream(key: string, range?: ByteRange): Readable {
    const open = () => this.#inner.stream(key, range);
    const first = (chunks: AsyncIterator<unknown>) => this.#ask(() => chunks.next());
    const chunks = async function* (): AsyncGenerator {
      const source = open();
      const iterator = source[Symbol.asyncIterator]();
      try {
        // Whether it begins is what counts; how fast the reader takes the rest is not the store's doing.
        for (let next = await first(iterator); !next.done; next = await iterator.next()) yield next.value;
      } finally {
        source.destroy();
      }
    };
    return Readable.from(chunks(), { objectMode: false });
  }

  stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    return this.#ask(() => this.#inner.stat(key, signal));
  }

  list(prefix: string, after?: string): AsyncIterable<StoredObject> {
    return this.#each(this.#inner.list(prefix, after));
  }

  listPrefixes(prefix: string, after?: string): AsyncIterable<string> {
    return this.#each(this.#inner.listPrefixes(prefix, after));
  }

  delete(key: string): Promise<void> {
    return this.#ask(() => this.#inner.delete(key));
  }

  deletePrefix(prefix: string): Promise<void> {
    return this.#work(() => this.#inner.deletePrefix(prefix));
  }

  materialize(key: string, path: string, transfer?: Transfer): Promise<void> {
    return this.#work(() => this.#inner.materialize(key, path, transfer));
  }

  presign(key: string, options: PresignOptions): Promise<PresignedRequest | undefined> {
    return this.#inner.presign(key, options);
  }

  freeBytes(): Promise<number | undefined> {
    return this.#inner.freeBytes();
  }

  uploadStore(): UploadStore {
    return this.#uploads;
  }

  check(): Promise<void> {
    return this.#ask(() => this.#inner.check());
  }

  warnings(): Promise<readonly string[]> {
    return this.#ask(() => this.#inner.warnings());
  }

  collectLeftovers(olderThanMs: number): Promise<number> {
    return this.#work(() => this.#inner.collectLeftovers(olderThanMs));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #guardUploads(inner: UploadStore): UploadStore {
    return {
      begin: (id, expectedBytes) => this.#ask(() => inner.begin(id, expectedBytes)),
      received: (id) => this.#ask(() => inner.received(id)),
      append: async (id, offset, bytes) => {
        try {
          return await this.#work(() => inner.append(id, offset, bytes));
        } catch (error) {
          bytes.destroy();
          throw error;
        }
      },
      finish: (id) => this.#work(() => inner.finish(id)),
      remove: (id) => this.#ask(() => inner.remove(id)),
      unlisted: () => this.#each(inner.unlisted()),
    };
  }
}
