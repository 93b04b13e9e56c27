import { SelectQueryNode, type CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
import type { Connections, Taken } from './connections.ts';
import { describeFailure, failureOf } from './failures.ts';
import type { Patience } from './patience.ts';
import { DatabaseUnavailable, OutcomeUnknown } from './port.ts';

/** The connection ended while a transaction was open on it, before its COMMIT: nothing of it stays. */
export class TransactionLost extends Error {
  override readonly name = 'TransactionLost';
}

/** What `pg` answers, as far as it is used here. */
interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: readonly unknown[];
}

/** Whether doing it twice is the same as doing it once. Of raw SQL that is not known. */
function isRead({ query }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) && query.with === undefined;
}

/**
 * A connection as Kysely holds it: for one statement or one transaction. Outside of a transaction it changes the
 * connection of the pool below it for another one when that breaks.
 */
export class PostgresConnection implements DatabaseConnection {
  readonly #connections: Connections;
  readonly #patience: () => Patience;
  #taken: Taken | undefined;
  #isBroken = false;
  #isInTransaction = false;
  /** Of the transaction that is open, where it may write. */
  #transactionId: string | undefined;

  /** @param patience made anew for each statement */
  constructor(connections: Connections, taken: Taken, patience: () => Patience) {
    this.#connections = connections;
    this.#taken = taken;
    this.#patience = patience;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isInTransaction) return this.#inTransaction<R>(query);
    const patience = this.#patience();
    for (;;) {
      try {
        if (this.#isBroken) await this.#replace();
        return presentAnswer<R>(await this.#send(query.sql, query.parameters));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'late') throw tooLate(error);
        if (failure === 'other') throw error;
        if (failure === 'lost' && !isRead(query)) throw outcomeUnknown(error);
        await patience.pause(error);
      }
    }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Results are not streamed here');
  }

  async #inTransaction<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return presentAnswer<R>(await this.#send(query.sql, query.parameters));
    } catch (error) {
      throw this.#isBroken ? transactionLost(error) : failureOf(error) === 'late' ? tooLate(error) : error;
    }
  }

  /**
   * @param statement `begin` or `start transaction …`
   * @param mayWrite then it gets an id at once, by which the server is asked what became of it
   */
  async begin(statement: string, mayWrite: boolean): Promise<void> {
    this.#isInTransaction = true;
    this.#transactionId = undefined;
    try {
      // Both in one message, so that the id costs no round trip.
      const text = mayWrite ? `${statement}; select pg_current_xact_id()::text as id` : statement;
      const answers = (await this.#send(text, [])) as Answer | readonly Answer[];
      const last = Array.isArray(answers) ? (answers as readonly Answer[]).at(-1) : undefined;
      this.#transactionId = (last?.rows[0] as { readonly id: string } | undefined)?.id;
    } catch (error) {
      throw this.#isBroken ? transactionLost(error) : error;
    }
  }

  /**
   * @returns false when the server took it back instead, because a statement had failed and nobody minded
   * @throws TransactionLost when it was not committed; OutcomeUnknown
   */
  async commit(): Promise<boolean> {
    try {
      const { command } = await this.#send('commit', []);
      this.#isInTransaction = false;
      return command !== 'ROLLBACK';
    } catch (error) {
      const failure = failureOf(error);
      if (!this.#isBroken) throw error;
      this.#isInTransaction = false;
      if (failure === 'unsent') throw transactionLost(error);
      const became = await this.#whatBecame(error);
      if (became === 'aborted') throw transactionLost(error);
      return true;
    }
  }

  /** Never rejects: what is broken is closed, and a transaction ends with its connection. */
  async rollback(): Promise<void> {
    if (!this.#isBroken && this.#isInTransaction)
      await this.#send('rollback', []).catch(() => {
        this.#isBroken = true;
      });
    this.#isInTransaction = false;
  }

  release(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    // What is still in a transaction never goes back to others.
    taken?.putBack({ isBroken: this.#isBroken || this.#isInTransaction });
  }

  /**
   * What the server says of a transaction whose COMMIT it did not answer
   * (https://www.postgresql.org/docs/current/functions-info.html, pg_xact_status).
   * @throws OutcomeUnknown
   */
  async #whatBecame(lost: unknown): Promise<'committed' | 'aborted'> {
    const id = this.#transactionId;
    if (id === undefined) throw outcomeUnknown(lost);
    const patience = this.#patience();
    try {
      for (;;) {
        try {
          if (this.#isBroken) await this.#replace();
          const { rows } = await this.#send('select pg_xact_status($1::xid8) as status', [id]);
          const { status } = rows[0] as { readonly status: string | null };
          if (status === 'committed' || status === 'aborted') return status;
          if (status === null) throw outcomeUnknown(lost);
          // In progress: the server has not noticed yet that we are gone.
          await patience.pause(lost);
        } catch (error) {
          if (!this.#isBroken) throw error;
          await patience.pause(error);
        }
      }
    } catch (error) {
      throw error instanceof OutcomeUnknown ? error : outcomeUnknown(lost);
    }
  }

  /** Lets go of the broken one first: others may need its place, and this one does. */
  async #replace(): Promise<void> {
    this.#taken?.putBack({ isBroken: true });
    this.#taken = undefined;
    this.#taken = await this.#connections.take();
    this.#isBroken = false;
  }

  async #send(text: string, parameters: readonly unknown[]): Promise<Answer> {
    if (!this.#taken) throw new Error('The connection was let go of');
    try {
      return (await this.#taken.client.query(text, parameters)) as unknown as Answer;
    } catch (error) {
      this.#isBroken = ['lost', 'unsent'].includes(failureOf(error));
      throw error;
    }
  }
}

function presentAnswer<R>({ command, rowCount, rows }: Answer): QueryResult<R> {
  const isWrite = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command);
  return { rows: (rows ?? []) as R[], ...(isWrite ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
}

function transactionLost(cause: unknown): TransactionLost {
  return new TransactionLost(`The connection was lost in a transaction: ${describeFailure(cause)}`, { cause });
}

function outcomeUnknown(cause: unknown): OutcomeUnknown {
  return new OutcomeUnknown(
    `The connection to the database was lost before its answer came: ${describeFailure(cause)}. Whether the change was made is not known`,
    { cause },
  );
}

function tooLate(cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable(`The database took too long: ${describeFailure(cause)}`, { cause });
}
