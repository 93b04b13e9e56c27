import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../db/port.ts';
import type { Clock } from '../kit/clock.ts';
import { longestWindowSeconds } from './counters.ts';
import type { Count, Counter, LastingCounterOptions, LastingCounters } from './port.ts';

const dayMs = 86_400_000;
/** A window that grows is at most 2 to this power times as long as the first one. */
const mostDoublings = 6;

/** Counters in the database itself: one statement counts and judges, however many count at the same time. */
export class DatabaseCounters implements LastingCounters {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** @throws RangeError when the window is no window */
  counter(name: string, options: LastingCounterOptions): Counter {
    const { points, seconds } = options;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestWindowSeconds)
      throw new RangeError(`A window lasts 1 to ${longestWindowSeconds} whole seconds, not ${seconds}`);
    const toCount = ({ used, ends_at: endsAt }: { readonly used: number; readonly ends_at: number }): Count => ({
      used,
      allowed: used <= points,
      resetMs: Math.max(0, endsAt - this.#clock.now()),
    });
    const ofKey = (key: string) => ({ name, key: hashed(key) });
    return {
      consume: async (key) => toCount(await this.#consume(name, key, options)),
      look: async (key) => {
        const row = await this.#db
          .selectFrom('counters')
          .select(['used', 'ends_at'])
          .where((eb) => eb.and(ofKey(key)))
          .where('ends_at', '>', this.#clock.now())
          .where('used', '>', 0)
          .executeTakeFirst();
        return row && toCount(row);
      },
      giveBack: async (key) => {
        await this.#db
          .updateTable('counters')
          .set((eb) => ({ used: eb('used', '-', 1) }))
          .where((eb) => eb.and(ofKey(key)))
          .where('ends_at', '>', this.#clock.now())
          .where('used', '>', 0)
          .execute();
      },
      forget: async (key) => {
        await this.#db
          .deleteFrom('counters')
          .where((eb) => eb.and(ofKey(key)))
          .execute();
      },
    };
  }

  async #consume(name: string, key: string, { points, seconds, grows }: LastingCounterOptions) {
    const now = this.#clock.now();
    const windowMs = seconds * 1000;
    // The one that is too many, and the first of its kind in this window.
    const usesUp = grows ? sql<boolean>`counters.used = ${sql.lit(points)}` : sql<boolean>`1 = 0`;
    const { rows } = await sql<{ used: number; ends_at: number }>`
      insert into counters (name, key, used, times, ends_at) values (${name}, ${hashed(key)}, 1, 0, ${now + windowMs})
      on conflict (name, key) do update set
        used = case when counters.ends_at <= ${now} then 1 else counters.used + 1 end,
        times = case
          when counters.ends_at <= ${now - dayMs} then 0
          when counters.ends_at > ${now} and ${usesUp} and counters.times < ${sql.lit(mostDoublings)} then counters.times + 1
          else counters.times end,
        ends_at = case
          when counters.ends_at <= ${now} then ${now + windowMs}
          when ${usesUp} then cast(${now} as bigint) + cast(${windowMs} as bigint) * (1 << cast(counters.times as integer))
          else counters.ends_at end
      returning used, ends_at`.execute(this.#db);
    return rows[0] as (typeof rows)[0];
  }

  async forgetEnded(): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('counters')
      .where('ends_at', '<=', this.#clock.now() - dayMs)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

/** Addresses of people and networks are in keys: the table shows none of them. */
const hashed = (key: string): string => createHash('sha256').update(key).digest('base64url');
