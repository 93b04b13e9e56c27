import type { Database } from '../db/port.ts';
import type { Clock } from '../kit/clock.ts';
import { OperatorError, toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { ReplacedKey, SharedKeyring, SigningKey } from './port.ts';
import type { Seal } from './seal.ts';
import { SigningKeysTable, type StoredSigningKey } from './signing-keys-table.ts';

/** How often a change that another process made is looked for, in milliseconds. */
const lookAgainMs = 1000;
/** How long a new key rests before it signs, in milliseconds: every process has looked by then, also a slow one. */
const restMs = 5000;
/** Looks that unknown ids of keys cause are at least this far apart, in milliseconds: anybody can make up an id. */
const lookEarlyMs = 250;
/** How long a failed automatic rotation waits before the next try, in milliseconds. */
const rotateAgainMs = 60_000;
/** How often a rotation begins anew because another process was faster. */
const mostRaces = 50;

/** Where keys are kept and how long each one lives. */
export interface DatabaseKeyringOptions {
  readonly db: Database;
  /** What the keys sign; the table holds several rings. */
  readonly ring: string;
  readonly seal: Seal;
  /** The signing key is replaced once it is this old, in milliseconds. */
  readonly rotateAfterMs: number;
  /** How long a replaced key still verifies, in milliseconds: the longest life of anything signed with it. */
  readonly keepAfterMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when this process replaced the signing key, by itself or because it was asked to. Never the keys. */
  readonly onReplaced?: (kids: ReplacedKey) => void;
  /** In place of a second, for tests. */
  readonly lookAgainMs?: number;
}

/**
 * Signing keys in the database, for processes on any number of machines; encrypted, for a copy of the database must not
 * be enough to sign. Signing and verifying go by memory alone, which is read again every second, when somebody says that
 * there is something new (`lookAgain`), and early when an unknown key is asked for. A new key rests for five seconds
 * before it signs, so that every process knows it by then: that is why an unknown id need not be waited for.
 */
export class DatabaseKeyring implements SharedKeyring {
  readonly #options: DatabaseKeyringOptions;
  readonly #table: SigningKeysTable;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #keys = new Map<string, StoredSigningKey>();
  /** In the order in which they sign. */
  #order: readonly StoredSigningKey[] = [];
  #reading: Promise<void> | undefined;
  #rotating: Promise<void> | undefined;
  #lookedAt = -Infinity;
  #triedToRotateAt = -Infinity;
  #isReadable = true;

  private constructor(options: DatabaseKeyringOptions, table: SigningKeysTable) {
    this.#options = options;
    this.#table = table;
    this.#logger = options.logger.child({ keyring: options.ring });
    this.#timer = setInterval(() => {
      this.lookAgain();
    }, options.lookAgainMs ?? lookAgainMs).unref();
  }

  /**
   * Reads the keys; makes the first one at the first start.
   * @throws OperatorError when they cannot be opened with this secret; what the database throws
   */
  static async open(options: DatabaseKeyringOptions): Promise<DatabaseKeyring> {
    const table = new SigningKeysTable(options.db, options.ring, options.seal);
    await table.makeFirst(options.clock.now());
    const stored = await table.read();
    const keyring = new DatabaseKeyring(options, table);
    keyring.#keep(stored);
    return keyring;
  }

  get current(): SigningKey {
    const now = this.#options.clock.now();
    const newest = this.#order.at(-1) as StoredSigningKey;
    if (now - newest.createdAt >= this.#options.rotateAfterMs) this.#rotateWhenOld(now, newest);
    // The newest may rest still: until then its predecessor signs.
    return (this.#order.findLast(({ signsFrom }) => signsFrom <= now) ?? newest).key;
  }

  find(kid: string): SigningKey | undefined {
    const stored = this.#keys.get(kid);
    if (!stored) {
      if (performance.now() - this.#lookedAt >= lookEarlyMs) this.lookAgain();
      return undefined;
    }
    const { replacedAt = Infinity, key } = stored;
    return this.#options.clock.now() < replacedAt + this.#options.keepAfterMs ? key : undefined;
  }

  get kids(): readonly string[] {
    return [...this.#keys.keys()].filter((kid) => this.find(kid) !== undefined);
  }

  /** Reads the keys soon: something may have changed. */
  lookAgain(): void {
    if (this.#reading) return;
    this.#lookedAt = performance.now();
    this.#reading = this.#look().finally(() => {
      this.#reading = undefined;
    });
  }

  async #look(): Promise<void> {
    try {
      this.#keep(await this.#table.read());
      if (!this.#isReadable) this.#logger.info('signing keys can be read again');
      this.#isReadable = true;
    } catch (error) {
      // Said once, not every second.
      if (this.#isReadable)
        this.#logger.error({ err: toError(error) }, 'signing keys cannot be read; those in memory stay in force');
      this.#isReadable = false;
    }
  }

  #keep(stored: readonly StoredSigningKey[]): void {
    const isNew = stored.some(({ key }) => !this.#keys.has(key.kid));
    if (isNew && this.#order.length > 0)
      this.#logger.info({ newest: stored.at(-1)?.key.kid, keys: stored.length }, 'signing keys changed');
    this.#order = stored;
    this.#keys = new Map(stored.map((each) => [each.key.kid, each]));
  }

  #rotateWhenOld(now: number, newest: StoredSigningKey): void {
    if (this.#rotating || now - this.#triedToRotateAt < rotateAgainMs) return;
    this.#triedToRotateAt = now;
    this.#rotating = this.#replace(newest)
      .then(async () => {
        // Whether by us or by another process: there is a younger one.
        await this.#look();
      })
      .catch((error: unknown) => {
        this.#logger.error({ err: toError(error) }, 'signing key could not be rotated; the old one goes on signing');
      })
      .finally(() => {
        this.#rotating = undefined;
      });
  }

  async #replace(newest: StoredSigningKey): Promise<SigningKey | undefined> {
    const { clock, keepAfterMs, onReplaced } = this.#options;
    const now = clock.now();
    const times = { now, signsFrom: now + restMs, forgetBefore: now - keepAfterMs };
    const made = await this.#table.replace(newest, times);
    if (!made) return undefined;
    onReplaced?.({ before: newest.key.kid, after: made.kid });
    this.#logger.info({ newest: made.kid, restMs }, 'signing key rotated');
    return made;
  }

  async rotate(): Promise<SigningKey> {
    for (let race = 0; race < mostRaces; race += 1) {
      const newest = (await this.#table.read()).at(-1) as StoredSigningKey;
      const made = await this.#replace(newest);
      if (!made) continue;
      this.#keep(await this.#table.read());
      return this.#keys.get(made.kid)?.key ?? made;
    }
    throw new OperatorError('Other processes replace the signing key all the time. Try again.');
  }

  /** What is under way ends; the database belongs to its opener. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#rotating;
    await this.#reading;
  }
}
