import type { Clock } from '../kit/clock.ts';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on by this many milliseconds. */
  advance(milliseconds: number): void;
  /** Jumps to a time in milliseconds since the epoch. */
  set(milliseconds: number): void;
}

/** A manual clock; it starts at a fixed moment so that what tests print does not change from run to run. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let time = start;
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    set: (milliseconds) => {
      time = milliseconds;
    },
  };
}
