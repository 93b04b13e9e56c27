import t from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import type { CounterOptions, Limits } from '../../server/limits/port.ts';
import { createFakeClock, type FakeClock } from '../../server/testing/fake-clock.ts';
import { PinThrottle } from './throttle.ts';

/** Counters whose windows end when the test says so. Several throttles over one of them are as many processes. */
function countersOn(clock: FakeClock): Pick<Limits, 'counter'> {
  const windows = new Map<string, { used: number; endsAt: number }>();
  return {
    counter(name: string, { points, seconds }: CounterOptions) {
      const find = (key: string) => {
        const found = windows.get(`${name} ${key}`);
        return found && found.endsAt > clock.now() ? found : undefined;
      };
      const count = ({ used, endsAt }: { used: number; endsAt: number }) => ({
        used,
        allowed: used <= points,
        resetMs: endsAt - clock.now(),
      });
      return {
        async consume(key) {
          const window = find(key) ?? { used: 0, endsAt: clock.now() + seconds * 1000 };
          windows.set(`${name} ${key}`, window);
          window.used += 1;
          return count(window);
        },
        async look(key) {
          const window = find(key);
          return window && count(window);
        },
        async giveBack(key) {
          const window = find(key);
          if (window) window.used -= 1;
        },
        async forget(key) {
          windows.delete(`${name} ${key}`);
        },
      };
    },
  };
}

const minuteMs = 60_000;
const profile = (id: string, account_id = 'account_1') => ({ id, account_id });
const [wrong, right] = [async () => false, async () => true];

/** What came of an attempt: whether the PIN was right, or how many minutes to wait at most. */
const tried = (throttle: PinThrottle, of: ReturnType<typeof profile>, judge = wrong) =>
  throttle.attempt(of, judge).catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'too_many_requests') throw error;
    return Math.ceil(Number(error.extras?.['retryAfterSeconds']) / 60);
  });

/** Guesses until it has to wait; returns how many guesses were judged, and for how many minutes it has to wait. */
async function guess(throttle: PinThrottle, of: ReturnType<typeof profile>): Promise<readonly [number, number]> {
  for (let judged = 0; ; judged += 1) {
    const answer = await tried(throttle, of);
    if (typeof answer === 'number') return [judged, answer];
  }
}

t.test('pauses grow, over processes, and a right PIN in between gives no new guesses', async (t) => {
  const clock = createFakeClock();
  const counters = countersOn(clock);
  const [one, two] = [new PinThrottle(counters), new PinThrottle(counters)];
  t.same(await guess(one, profile('profile_1')), [5, 5]);
  t.same(await guess(two, profile('profile_1')), [0, 5], 'another process knows of it');
  t.equal(await tried(one, profile('profile_1'), right), 5, 'the right one has to wait as well');
  clock.advance(5 * minuteMs);
  t.equal(await tried(one, profile('profile_1'), right), true);
  t.same(await guess(one, profile('profile_1')), [5, 5]);
  clock.advance(5 * minuteMs);
  t.same(await guess(one, profile('profile_1')), [0, 50], 'ten in an hour');
  clock.advance(50 * minuteMs);
  t.same(await guess(one, profile('profile_1')), [5, 5]);
  clock.advance(5 * minuteMs);
  t.same(await guess(one, profile('profile_1')), [5, 5], 'the fifth window of five minutes, the second hour');
  clock.advance(55 * minuteMs);
  t.same(await guess(one, profile('profile_1')), [0, 22 * 60], 'twenty in a day');
  t.equal(await tried(one, profile('profile_2'), right), true, 'other profiles are not kept out by that');
  await two.forget('profile_1');
  t.equal(await tried(one, profile('profile_1'), right), true, 'after a PIN was removed it begins anew');
});

t.test('a guesser does not try each profile of an account in turn', async (t) => {
  const throttle = new PinThrottle(countersOn(createFakeClock()));
  const judged: number[] = [];
  for (const n of [1, 2, 3, 4, 5]) judged.push((await guess(throttle, profile(`profile_${n}`)))[0]);
  t.same(judged, [5, 5, 5, 0, 0]);
  t.equal(await tried(throttle, profile('profile_9', 'account_2'), right), true, 'other accounts are not kept out');
});

t.test('attempts at the same time are counted, and what could not be judged is not wrong', async (t) => {
  const throttle = new PinThrottle(countersOn(createFakeClock()));
  let judged = 0;
  const slow = async () => {
    judged += 1;
    await new Promise(setImmediate);
    return false;
  };
  await Promise.all(Array.from({ length: 30 }, () => tried(throttle, profile('profile_1'), slow)));
  t.equal(judged, 5);
  for (let n = 0; n < 12; n += 1)
    await t.rejects(
      throttle.attempt(profile('profile_2'), () => Promise.reject(new Error('the line is full'))),
      /the line is full/,
    );
  t.equal(await tried(throttle, profile('profile_2'), right), true);
});
