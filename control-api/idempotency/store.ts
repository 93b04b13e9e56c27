import type { Database, Transaction } from '../../server/db/port.ts';
import type {
  IdempotencyStore,
  IdempotentRequest,
  Standing,
  StoredAnswer,
} from '../../server/http/writes/idempotency.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';

/** How long an answer is kept, in milliseconds. */
const keptMs = 24 * 3_600_000;
/** After this time without an answer the process that began is taken for dead, in milliseconds. */
const lockMs = 60_000;

/**
 * The answers of idempotent requests in the database.
 *
 * A row begins as locked by one request. Its change notes itself in the row, in its own transaction; its answer is
 * added after. A process that is killed before its change leaves a row that another request takes over once the lock
 * has passed: should the first one live after all, its note finds the row taken and its change is taken back. One that
 * is killed between change and answer leaves a row that says so, and nothing is done a second time.
 */
export class DatabaseIdempotency implements IdempotencyStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async begin(request: IdempotentRequest): Promise<Standing> {
    const now = this.#clock.now();
    await this.#db
      .deleteFrom('idempotency_keys')
      .where((eb) => eb.and(ofRequest(request)))
      .where('expires_at', '<=', now)
      .execute();
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('idempotency_keys')
      .values({
        ...ofRequest(request),
        fingerprint: request.fingerprint,
        request_id: request.requestId,
        locked_until: now + lockMs,
        created_at: now,
        expires_at: now + keptMs,
      })
      .onConflict((conflict) => conflict.columns(['account_id', 'route', 'key']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return { state: 'begun' };

    const row = await this.#db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where((eb) => eb.and(ofRequest(request)))
      .executeTakeFirst();
    // Released in this very moment: the next one to ask begins.
    if (!row) return { state: 'running' };
    if (row.fingerprint !== request.fingerprint) return { state: 'different' };
    if (row.status !== null) {
      const { status, content_type: contentType, location, body } = row;
      return { state: 'answered', answer: { status, contentType, location, body: body ?? '' } };
    }
    if (row.locked_until > now) return { state: 'running' };
    if (row.changed_at !== null) return { state: 'lost' };
    const { numUpdatedRows } = await this.#db
      .updateTable('idempotency_keys')
      .set({ request_id: request.requestId, locked_until: now + lockMs })
      .where((eb) => eb.and({ ...ofRequest(request), request_id: row.request_id }))
      .where('changed_at', 'is', null)
      .where('status', 'is', null)
      .executeTakeFirst();
    return { state: numUpdatedRows === 1n ? 'begun' : 'running' };
  }

  async noteChange(tx: Transaction, request: IdempotentRequest): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('idempotency_keys')
      .set({ changed_at: this.#clock.now() })
      .where((eb) => eb.and({ ...ofRequest(request), request_id: request.requestId }))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n)
      throw new ProblemError('conflict', 'This request took so long that another took its place.');
  }

  async finish(request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
    await this.#db
      .updateTable('idempotency_keys')
      .set({ status: answer.status, content_type: answer.contentType, location: answer.location, body: answer.body })
      .where((eb) => eb.and({ ...ofRequest(request), request_id: request.requestId }))
      .execute();
  }

  async release(request: IdempotentRequest): Promise<void> {
    await this.#db
      .deleteFrom('idempotency_keys')
      .where((eb) => eb.and({ ...ofRequest(request), request_id: request.requestId }))
      .where('changed_at', 'is', null)
      .execute();
  }

  /** Forgets what is older than a day; returns how many. */
  async collectExpired(): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('idempotency_keys')
      .where('expires_at', '<=', this.#clock.now())
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}

/** The row of a request. */
function ofRequest({ accountId, route, key }: IdempotentRequest) {
  return { account_id: accountId, route, key };
}
