import {
  AbortedTransactionError,
  PostgresDialect,
  type Driver,
  type PostgresPool,
  type TransactionSettings,
} from 'kysely';
import type { Connections } from './connections.ts';
import type { Patience } from './patience.ts';
import { PostgresConnection } from './postgres-connection.ts';

export interface PatientDialectOptions {
  readonly pool: PostgresPool;
  readonly connections: Connections;
  /** Made anew for each statement. */
  readonly patience: () => Patience;
}

class PatientDriver implements Driver {
  readonly #options: PatientDialectOptions;

  constructor(options: PatientDialectOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    // Connections are made as they are needed.
  }

  async acquireConnection(): Promise<PostgresConnection> {
    const { connections, patience } = this.#options;
    return new PostgresConnection(connections, await connections.take(), patience);
  }

  async beginTransaction(
    connection: PostgresConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const words = [
      isolationLevel || accessMode ? 'start transaction' : 'begin',
      ...(isolationLevel ? [`isolation level ${isolationLevel}`] : []),
      ...(accessMode ? [accessMode] : []),
    ];
    await connection.begin(words.join(' '), accessMode !== 'read only');
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    if (!(await connection.commit())) throw new AbortedTransactionError();
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#options.pool.end();
  }
}

/** PostgreSQL, with statements that are tried again as the port says. */
export class PatientDialect extends PostgresDialect {
  readonly #options: PatientDialectOptions;

  constructor(options: PatientDialectOptions) {
    super({ pool: options.pool });
    this.#options = options;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#options);
  }
}
