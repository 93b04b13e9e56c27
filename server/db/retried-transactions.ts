import { Kysely, type KyselyConfig, type Transaction, type TransactionBuilder } from 'kysely';
import { failureOf } from './failures.ts';
import type { Patience } from './patience.ts';
import { TransactionLost } from './postgres-connection.ts';

/** Whether a transaction failed with this error for want of luck alone, and nothing of it stays. */
function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof TransactionLost || failureOf(error) === 'undone';
}

/** Begins its transaction again while the database says that it was taken back for no fault of its own. */
class RetriedTransaction<T> {
  readonly #builder: TransactionBuilder<T>;
  readonly #patience: () => Patience;

  constructor(builder: TransactionBuilder<T>, patience: () => Patience) {
    this.#builder = builder;
    this.#patience = patience;
  }

  setAccessMode(...mode: Parameters<TransactionBuilder<T>['setAccessMode']>): RetriedTransaction<T> {
    return new RetriedTransaction(this.#builder.setAccessMode(...mode), this.#patience);
  }

  setIsolationLevel(...level: Parameters<TransactionBuilder<T>['setIsolationLevel']>): RetriedTransaction<T> {
    return new RetriedTransaction(this.#builder.setIsolationLevel(...level), this.#patience);
  }

  async execute<R>(callback: (transaction: Transaction<T>) => Promise<R>): Promise<R> {
    const patience = this.#patience();
    for (;;) {
      try {
        return await this.#builder.execute(callback);
      } catch (error) {
        if (!isWorthAnotherTry(error)) throw error;
        await patience.pause(error);
      }
    }
  }
}

/** Kysely whose `transaction().execute` tries again as the port says. */
export class RetryingKysely<T> extends Kysely<T> {
  readonly #patience: () => Patience;

  /** @param patience made anew for each transaction */
  constructor(config: KyselyConfig, patience: () => Patience) {
    super(config);
    this.#patience = patience;
  }

  override transaction(): TransactionBuilder<T> {
    // The class has a private part, which nobody outside of it can see.
    return new RetriedTransaction(super.transaction(), this.#patience) as unknown as TransactionBuilder<T>;
  }
}
