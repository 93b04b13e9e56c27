import type { Selectable } from 'kysely';
import type { Connection, Database, Transaction } from '../../../server/db/port.ts';
import type { ChallengePurpose, ChallengesTable } from '../../../server/db/tables/challenges.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { isId, newId } from '../../../server/kit/ids.ts';
import { isSameSecret, type Secrets } from '../../../server/kit/secrets.ts';

/** Wrong codes after which a challenge gives nothing any more: one in 200,000 guesses right. */
const mostTries = 5;

/** Something begun, and what belongs to it. */
export interface Challenge extends Omit<Selectable<ChallengesTable>, 'data'> {
  readonly data: Readonly<Record<string, unknown>>;
}

/** What somebody begins. */
export interface NewChallenge {
  readonly purpose: ChallengePurpose;
  readonly accountId?: string;
  /** Where its code goes, lower case. */
  readonly email?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** How long it may be answered, in seconds. */
  readonly seconds: number;
}

/** A challenge as the app that began it holds it. */
export interface BegunChallenge {
  readonly id: string;
  /** The key from which its secrets are made. */
  readonly kid: string;
  /** Only the app that began it has this one: a code counts only together with it. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface ChallengesOptions {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** The pattern of tokens and links. */
export const challengeTokenPattern = '^challenge_[0-9A-HJKMNP-TV-Z]{26}\\.[A-Za-z0-9_-]{43}$';

/**
 * What was begun and must still be proven: by a code of six digits, by a link, or by having begun it.
 *
 *     begun -> used      once, in the transaction of what it leads to
 *     begun -> used up   after five wrong codes
 *     begun -> expired
 *     begun -> removed   with what belongs to it: the sign-ins of its account end, or another one proved its address
 *
 * Its three secrets are made from its id and a key of the server, and are nowhere in the database, not even as hashes:
 * who reads it, or a backup of it, has none of them. The app's token goes to who began it, link and code to the
 * address. A code is short; so it counts only with the token, and nobody else can try or use it up.
 */
export class Challenges {
  readonly #options: ChallengesOptions;

  constructor(options: ChallengesOptions) {
    this.#options = options;
  }

  async begin(
    db: Connection,
    { purpose, accountId, email, data = {}, seconds }: NewChallenge,
  ): Promise<BegunChallenge> {
    const { secrets, clock } = this.#options;
    const now = clock.now();
    const row = {
      id: newId('challenge'),
      purpose,
      account_id: accountId ?? null,
      email: email ?? null,
      kid: secrets.kid,
      data: JSON.stringify(data),
      tries: 0,
      created_at: now,
      expires_at: now + seconds * 1000,
      used_at: null,
    };
    await db.insertInto('challenges').values(row).execute();
    return { id: row.id, kid: row.kid, token: this.#token('app', row), expiresAt: row.expires_at };
  }

  /** What goes to the address; undefined when there is nothing to prove any more. */
  async toBeSent(id: string): Promise<{ challenge: Challenge; code: string; link: string } | undefined> {
    const challenge = await this.#find(this.#options.db, id);
    return challenge && { challenge, code: this.#code(challenge), link: this.#token('link', challenge) };
  }

  /**
   * The challenge of this app's token, when the code is right. A wrong one is counted, before it is judged.
   * @returns undefined when it is wrong, the challenge is over, or has another purpose
   */
  async byCode(purpose: ChallengePurpose, token: string, code: string): Promise<Challenge | undefined> {
    const challenge = await this.byToken(purpose, token);
    if (!challenge) return undefined;
    const { db, clock } = this.#options;
    const { numUpdatedRows } = await db
      .updateTable('challenges')
      .set((eb) => ({ tries: eb('tries', '+', 1) }))
      .where('id', '=', challenge.id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', clock.now())
      .where('tries', '<', mostTries)
      .executeTakeFirst();
    return numUpdatedRows === 1n && isSameSecret(this.#code(challenge), code) ? challenge : undefined;
  }

  /** The challenge that was begun with this app's token; undefined when it is over or has another purpose. */
  async byToken(purpose: ChallengePurpose, token: string): Promise<Challenge | undefined> {
    return this.#verify('app', purpose, token);
  }

  /** The challenge of a link that was sent; undefined when it is over or has another purpose. */
  async byLink(purpose: ChallengePurpose, link: string): Promise<Challenge | undefined> {
    return this.#verify('link', purpose, link);
  }

  /** The challenge that a redirect comes back with; undefined when it is over or has another purpose. */
  async byState(purpose: ChallengePurpose, state: string): Promise<Challenge | undefined> {
    return this.#verify('state', purpose, state);
  }

  /** What a redirect is to come back with. */
  stateOf(challenge: Pick<Challenge, 'id' | 'kid'>): string {
    return this.#token('state', challenge);
  }

  /** Uses it up. False when somebody else was faster, or it was removed: then nothing may come of it. */
  async use(tx: Transaction, { id }: Pick<Challenge, 'id'>): Promise<boolean> {
    const now = this.#options.clock.now();
    const { numUpdatedRows } = await tx
      .updateTable('challenges')
      .set({ used_at: now })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Adds to what belongs to it, as long as it is not over. */
  async note(db: Connection, challenge: Challenge, data: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('challenges')
      .set({ data: JSON.stringify({ ...challenge.data, ...data }) })
      .where('id', '=', challenge.id)
      .where('data', '=', JSON.stringify(challenge.data))
      .where('used_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Forgets what expired before `now` (milliseconds since the epoch); returns how much. */
  async forgetExpired(now: number): Promise<number> {
    const { numDeletedRows } = await this.#options.db
      .deleteFrom('challenges')
      .where('expires_at', '<', now)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  /** 32 bytes for a verifier or a state that the server need not keep: `label` says for what. */
  secretOf({ id, kid }: Pick<Challenge, 'id' | 'kid'>, label: string): string {
    return this.#options.secrets.derive(kid, `challenge ${label} ${id}`).toString('base64url');
  }

  #token(kind: 'app' | 'link' | 'state', challenge: Pick<Challenge, 'id' | 'kid'>): string {
    return `${challenge.id}.${this.secretOf(challenge, kind)}`;
  }

  #code({ id, kid }: Pick<Challenge, 'id' | 'kid'>): string {
    const number = this.#options.secrets.derive(kid, `challenge code ${id}`).readUIntBE(0, 6);
    return String(number % 1_000_000).padStart(6, '0');
  }

  async #verify(
    kind: 'app' | 'link' | 'state',
    purpose: ChallengePurpose,
    token: string,
  ): Promise<Challenge | undefined> {
    const [id = ''] = token.split('.', 1);
    const challenge = isId('challenge', id) ? await this.#find(this.#options.db, id) : undefined;
    if (challenge?.purpose !== purpose) return undefined;
    return isSameSecret(this.#token(kind, challenge), token) ? challenge : undefined;
  }

  async #find(db: Connection, id: string): Promise<Challenge | undefined> {
    const row = await db
      .selectFrom('challenges')
      .selectAll()
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', this.#options.clock.now())
      .where('tries', '<', mostTries)
      .executeTakeFirst();
    return row && { ...row, data: JSON.parse(row.data) as Record<string, unknown> };
  }
}

/**
 * Removes what was begun for an account, or with its address, and not finished: half sign-ins, codes, pending addresses
 * and recoveries, for a mail that was asked for before the password was changed must not change it again. What was told
 * to its owner stays, for he may still say that it was not him.
 */
export async function dropChallenges(tx: Transaction, accountId: string): Promise<void> {
  await tx
    .deleteFrom('challenges')
    .where('account_id', '=', accountId)
    .where('purpose', '!=', 'not-me')
    .where('used_at', 'is', null)
    .execute();
  await tx
    .deleteFrom('challenges')
    .where('email', '=', tx.selectFrom('accounts').select('email').where('id', '=', accountId))
    .where('purpose', 'in', ['sign-up', 'sign-in', 'recovery'])
    .where('used_at', 'is', null)
    .execute();
}

/** Removes what anybody began with an address, now that one of them has proven it to be theirs. */
export async function dropChallengesOfAddress(tx: Transaction, email: string): Promise<void> {
  await tx
    .deleteFrom('challenges')
    .where('email', '=', email)
    .where('purpose', 'in', ['sign-up', 'sign-in', 'email-change', 'email-proof', 'provider'])
    .where('used_at', 'is', null)
    .execute();
}
