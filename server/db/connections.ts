import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Semaphore } from '../kit/semaphore.ts';
import type { Logger } from '../kit/logger.ts';
import { describeFailure, isPassing } from './failures.ts';
import { Patience } from './patience.ts';
import { DatabaseUnavailable } from './port.ts';

export interface ConnectionsOptions {
  /** Of at least `most` connections; it is asked for one only where it has one. */
  readonly pool: PostgresPool;
  readonly most: number;
  /** How long somebody waits for a free connection, in milliseconds. */
  readonly waitMs: number;
  /** How long is tried to connect, in milliseconds, counted from when the database went away. */
  readonly retryMs: number;
  readonly logger: Logger;
}

/** A connection in somebody's hands. */
export interface Taken {
  readonly client: PostgresPoolClient;
  /** Lets go of it; one that is broken is closed and replaced. */
  putBack(options: { readonly isBroken: boolean }): void;
}

/** Hands out the connections of a pool. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #places: Semaphore;
  #taken = 0;
  #waiting = 0;
  #downSince: number | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#places = new Semaphore({ atOnce: options.most });
  }

  get busy(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * A connection that is open, as far as anybody knows.
   * @throws DatabaseUnavailable when none is free for too long, or the database cannot be reached for too long;
   *   whatever the database refuses a connection with
   */
  async take(): Promise<Taken> {
    const patience = new Patience(this.#options.retryMs);
    for (;;) {
      try {
        return await this.takeOnce(this.#options.waitMs);
      } catch (error) {
        if (error instanceof DatabaseUnavailable || !isPassing(error)) throw error;
        await patience.pause(error, this.#downSince);
      }
    }
  }

  /** The same with one attempt to connect. */
  async takeOnce(waitMs: number): Promise<Taken> {
    const taken = Promise.withResolvers<Taken>();
    // Without a signal where nobody has to wait, which is the rule: it would keep a timer for each statement.
    const isFree = this.#taken + this.#waiting < this.#options.most;
    this.#waiting += 1;
    let isWaiting = true;
    const waited = (): void => {
      if (isWaiting) this.#waiting -= 1;
      isWaiting = false;
    };
    this.#places
      .run(
        async () => {
          waited();
          this.#taken += 1;
          try {
            await this.#hand(taken.resolve);
          } finally {
            this.#taken -= 1;
          }
        },
        isFree ? undefined : AbortSignal.timeout(waitMs),
      )
      .catch((error: unknown) => {
        if (!isWaiting) {
          taken.reject(error as Error);
          return;
        }
        waited();
        const { most } = this.#options;
        taken.reject(
          new DatabaseUnavailable(`None of the ${most} database connections became free within ${waitMs} ms`, {
            cause: error,
          }),
        );
      });
    return taken.promise;
  }

  /** Resolves when the connection was put back. */
  async #hand(give: (taken: Taken) => void): Promise<void> {
    const { promise: isBack, resolve: putBack } = Promise.withResolvers<void>();
    const client = await this.#connect();
    give({
      client,
      putBack: ({ isBroken }) => {
        client.release(isBroken);
        putBack();
      },
    });
    await isBack;
  }

  async #connect(): Promise<PostgresPoolClient> {
    const { pool, logger } = this.#options;
    try {
      const client = await pool.connect();
      if (this.#downSince !== undefined) logger.info('the database can be reached again');
      this.#downSince = undefined;
      return client;
    } catch (error) {
      if (this.#downSince === undefined && isPassing(error)) {
        // Its words, not the error: that holds the address.
        logger.warn({ reason: describeFailure(error) }, 'the database cannot be reached; what needs it waits');
        this.#downSince = performance.now();
      }
      throw error;
    }
  }
}
