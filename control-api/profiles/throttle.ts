import { countOne } from '../../server/http/callers/limits.ts';
import type { Counter, LastingCounters } from '../../server/limits/port.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * Wrong PINs allowed in a row of windows, from the shortest on: the pauses grow from minutes to the rest of the day.
 * Twenty guesses a day find half of all PINs of four digits in eight months.
 */
const perProfile = [
  { points: 5, seconds: 5 * minute },
  { points: 10, seconds: hour },
  { points: 20, seconds: day },
] as const;
/** For all profiles of an account together, so that nobody guesses at each of them in turn. */
const perAccount = [
  { points: 15, seconds: 5 * minute },
  { points: 40, seconds: day },
] as const;

/** A profile whose PIN somebody gives. */
interface Guarded {
  readonly id: string;
  readonly account_id: string;
}

/**
 * Limits wrong PINs, on all processes together. They are counted before they are judged, so that attempts at the same
 * time cannot slip through; right ones are taken back. A right one does not make the wrong ones before it good: in a
 * household the owner's PINs would give a guesser new guesses all day. Only when a PIN is removed they begin anew.
 */
export class PinThrottle {
  readonly #perProfile: readonly Counter[];
  readonly #perAccount: readonly Counter[];

  constructor(limits: Pick<LastingCounters, 'counter'>) {
    const counters = (name: string, windows: typeof perProfile | typeof perAccount) =>
      windows.map((window) => limits.counter(`profiles.wrong-pins.${name}.${window.seconds}`, window));
    this.#perProfile = counters('profile', perProfile);
    this.#perAccount = counters('account', perAccount);
  }

  /**
   * Lets `judge` find out whether a PIN is right. What could not be judged does not count as wrong.
   * @throws ProblemError too_many_requests; whatever `judge` throws
   */
  async attempt(profile: Guarded, judge: () => Promise<boolean>): Promise<boolean> {
    // In this order: who has used up one of them uses up none of those behind it.
    const counts: readonly (readonly [Counter, string])[] = [
      ...this.#perProfile.map((counter) => [counter, profile.id] as const),
      ...this.#perAccount.map((counter) => [counter, profile.account_id] as const),
    ];
    for (const [counter, key] of counts) await countOne(counter, key, 'wrong PINs');
    let isRight: boolean | undefined;
    try {
      isRight = await judge();
    } finally {
      if (isRight !== false) for (const [counter, key] of counts) await counter.giveBack(key);
    }
    return isRight;
  }

  /** The profile has no PIN any more: what was guessed before tells nothing of the next one. */
  async forget(profileId: string): Promise<void> {
    for (const counter of this.#perProfile) await counter.forget(profileId);
  }
}
