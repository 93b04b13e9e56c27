import type { Database } from '../db/port.ts';
import { OperatorError } from '../kit/errors.ts';
import { makeKey } from './make-key.ts';
import type { SigningKey } from './port.ts';
import type { Seal } from './seal.ts';

/** A key with what the table says about its life. Times are milliseconds since the epoch. */
export interface StoredSigningKey {
  readonly key: SigningKey;
  readonly createdAt: number;
  readonly signsFrom: number;
  /** Undefined for the newest. */
  readonly replacedAt: number | undefined;
}

/** The statements on the keys of one ring. */
export class SigningKeysTable {
  readonly #db: Database;
  readonly #ring: string;
  readonly #seal: Seal;
  /** What was opened before, by its seal. */
  #opened = new Map<string, SigningKey>();

  constructor(db: Database, ring: string, seal: Seal) {
    this.#db = db;
    this.#ring = ring;
    this.#seal = seal;
  }

  /**
   * Every key there is, in the order in which they sign, so that the newest is the last. A key that stays the same stays the same object.
   * @throws OperatorError when one cannot be opened, or there is none any more; it quotes nothing
   */
  async read(): Promise<readonly StoredSigningKey[]> {
    const rows = await this.#db
      .selectFrom('signing_keys')
      .selectAll()
      .where('ring', '=', this.#ring)
      .orderBy('signs_from')
      .execute();
    const opened = new Map<string, SigningKey>();
    const stored = rows.map(({ kid, sealed, created_at, signs_from, replaced_at }) => {
      const key = this.#opened.get(sealed) ?? this.#open(kid, sealed);
      opened.set(sealed, key);
      return { key, createdAt: created_at, signsFrom: signs_from, replacedAt: replaced_at ?? undefined };
    });
    const newest = stored.at(-1);
    if (!newest || newest.replacedAt !== undefined)
      throw new OperatorError(
        `The table signing_keys holds no key that signs for ${this.#ring}. Restore it from a backup. Only if it is ` +
          'lost, delete the rest of its rows: the next start then makes a new key, and everything signed so far stops working.',
      );
    this.#opened = opened;
    return stored;
  }

  #open(kid: string, sealed: string): SigningKey {
    const secret = this.#seal.open(sealed, { ring: this.#ring, kid });
    if (secret && secret.length >= 32) return { kid, secret };
    throw new OperatorError(
      `The signing keys in the database (${this.#ring}) were not locked with this keys.secret. Set keys.secret ` +
        '(DRAMABOX_KEYS_SECRET) to the one that all processes have. Only if that is lost, delete the rows of the table ' +
        'signing_keys: the next start then makes new keys, and everything signed so far stops working.',
    );
  }

  /** Makes the first key unless there is one; of several processes one makes it. */
  async makeFirst(now: number): Promise<void> {
    const known = await this.#db
      .selectFrom('signing_keys')
      .select('kid')
      .where('ring', '=', this.#ring)
      .limit(1)
      .executeTakeFirst();
    if (known) return;
    await this.#db
      .insertInto('signing_keys')
      .values(this.#row(makeKey(), now, now))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /**
   * Puts a new key behind the newest one, and removes those that verify nothing any more.
   * @returns the new one; undefined when another process has replaced it meanwhile
   */
  async replace(
    newest: StoredSigningKey,
    times: { readonly now: number; readonly signsFrom: number; readonly forgetBefore: number },
  ): Promise<SigningKey | undefined> {
    const key = makeKey();
    const { now, forgetBefore } = times;
    // One after the other, also when one follows at once.
    const signsFrom = Math.max(times.signsFrom, newest.signsFrom + 1);
    const isOurs = await this.#db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('signing_keys')
        .set({ replaced_at: signsFrom })
        .where('ring', '=', this.#ring)
        .where('kid', '=', newest.key.kid)
        .where('replaced_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await tx
        .insertInto('signing_keys')
        .values(this.#row(key, now, signsFrom))
        .execute();
      await tx
        .deleteFrom('signing_keys')
        .where('ring', '=', this.#ring)
        .where('replaced_at', '<=', forgetBefore)
        .execute();
      return true;
    });
    return isOurs ? key : undefined;
  }

  #row(key: SigningKey, now: number, signsFrom: number) {
    const belongsTo = { ring: this.#ring, kid: key.kid };
    return {
      ...belongsTo,
      sealed: this.#seal.close(key.secret, belongsTo),
      created_at: now,
      signs_from: signsFrom,
      replaced_at: null,
    };
  }
}
