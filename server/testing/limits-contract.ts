import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { LockNotFree, type Limits } from '../limits/port.ts';
import { until } from './until.ts';

/** Two openings of one empty backend, as two processes would hold them. */
export interface LimitsFixture {
  readonly here: Limits;
  readonly there: Limits;
}

/** Longer than any wait of a test that succeeds. */
const patience = { waitMs: 60_000 };

/** What every backend of limits promises. The suite closes both openings. */
export function limitsContract(t: Test, createFixture: (t: Test) => Promise<LimitsFixture>): void {
  const open = async (t: Test) => {
    const fixture = await createFixture(t);
    t.teardown(() => Promise.all([fixture.here.close(), fixture.there.close()]));
    return fixture;
  };

  t.test('counters', (t) => {
    countersContract(t, open);
    t.end();
  });
  t.test('locks', (t) => {
    locksContract(t, open);
    t.end();
  });
  t.test('leases', (t) => {
    leasesContract(t, open);
    t.end();
  });
}

type Open = (t: Test) => Promise<LimitsFixture>;

/** What every backend of counters promises. */
export function countersContract(
  t: Test,
  open: (t: Test) => Promise<{ readonly here: Pick<Limits, 'counter'>; readonly there: Pick<Limits, 'counter'> }>,
): void {
  t.test('count together, by name and key', async (t) => {
    const limits = await open(t);
    const options = { points: 2, seconds: 60 };
    const [here, there] = [limits.here.counter('attempts', options), limits.there.counter('attempts', options)];
    const first = await here.consume('a');
    t.match(first, { used: 1, allowed: true });
    t.ok(first.resetMs > 0 && first.resetMs <= 60_000, 'the window began with it');
    t.match(await there.consume('a'), { used: 2, allowed: true });
    t.match(await here.consume('a'), { used: 3, allowed: false }, 'one too many, which counts as well');
    const fourth = await there.consume('a');
    t.match(fourth, { used: 4, allowed: false });
    t.ok(fourth.resetMs <= first.resetMs, 'which makes the window no longer');
    t.match(await there.consume('b'), { used: 1, allowed: true }, 'another key');
    t.match(
      await limits.here.counter('another', options).consume('a'),
      { used: 1, allowed: true },
      'another counter with the same key',
    );
    t.match(await limits.here.counter('attempts', options).consume('b'), { used: 2 }, 'the same one, asked for again');
  });

  t.test('attempts at the same time cannot slip through', async (t) => {
    const limits = await open(t);
    const options = { points: 5, seconds: 60 };
    const counters = [limits.here.counter('attempts', options), limits.there.counter('attempts', options)];
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (counters[i % 2] as (typeof counters)[0]).consume('a')),
    );
    t.equal(counts.filter(({ allowed }) => allowed).length, 5);
    t.strictSame(
      counts.map(({ used }) => used).sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i + 1),
      'each has a place of its own',
    );
  });

  t.test('looking, giving back and forgetting', async (t) => {
    const limits = await open(t);
    const options = { points: 2, seconds: 60 };
    const [here, there] = [limits.here.counter('attempts', options), limits.there.counter('attempts', options)];
    t.equal(await here.look('a'), undefined, 'nothing was counted');
    await here.giveBack('a');
    t.match(await here.consume('a'), { used: 1 }, 'what was not taken cannot be given back');
    t.match(await there.look('a'), { used: 1, allowed: true });
    t.match(await there.look('a'), { used: 1 }, 'a look does not count');
    await here.consume('a');
    await here.consume('a');
    t.match(await there.look('a'), { used: 3, allowed: false });
    await there.giveBack('a');
    t.match(await here.look('a'), { used: 2, allowed: true });
    await there.forget('a');
    t.equal(await here.look('a'), undefined);
    t.match(await here.consume('a'), { used: 1, allowed: true });
    await Promise.all([here.giveBack('a'), there.giveBack('a'), here.giveBack('a')]);
    t.match(await there.consume('a'), { used: 1 }, 'not below nothing');
    await here.forget('unknown');
  });

  t.test('a window ends', async (t) => {
    const limits = await open(t);
    const counter = limits.here.counter('attempts', { points: 1, seconds: 1 });
    await counter.consume('a');
    const { resetMs, allowed } = await counter.consume('a');
    t.notOk(allowed);
    await delay(resetMs + 20);
    t.equal(await counter.look('a'), undefined);
    await counter.giveBack('a');
    t.match(await counter.consume('a'), { used: 1, allowed: true }, 'what belongs to the last one gives nothing to it');
  });

  t.test('a window may last weeks', async (t) => {
    const limits = await open(t);
    const counter = limits.here.counter('networks', { points: 1, seconds: 20 * 86_400 });
    await counter.consume('a');
    await delay(50);
    t.match(await counter.look('a'), { used: 1 });
    t.ok(((await counter.look('a'))?.resetMs ?? 0) > 19 * 86_400_000);
  });
}

function locksContract(t: Test, open: Open): void {
  t.test('have one holder each', async (t) => {
    const { here, there } = await open(t);
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const release = await (i % 2 ? here : there).locks.take('a', patience);
        most = Math.max(most, (holders += 1));
        await delay(2);
        holders -= 1;
        await release();
      }),
    );
    t.equal(most, 1);
    const [a, b] = [await here.locks.take('a', patience), await here.locks.take('b', patience)];
    await a();
    await b();
  });

  t.test('who waits asks the holder to let go', async (t) => {
    const { here, there } = await open(t);
    let asked = 0;
    const release = await here.locks.take('a', {
      ...patience,
      onWanted: () => {
        asked += 1;
      },
    });
    await delay(20);
    t.equal(asked, 0, 'nobody waits');
    let taken = false;
    const waiting = there.locks.take('a', patience).then((releaseNext) => {
      taken = true;
      return releaseNext;
    });
    await until('the holder was asked', () => asked > 0);
    t.notOk(taken, 'asking takes nothing away');
    await release();
    const releaseNext = await waiting;
    t.equal(await here.locks.takeIfFree('a'), undefined, 'it has a holder');
    await releaseNext();
  });

  t.test('a lock that is not given up in time', async (t) => {
    const { here, there } = await open(t);
    const release = await here.locks.take('a', patience);
    await t.rejects(there.locks.take('a', { waitMs: 50 }), LockNotFree);
    await t.rejects(there.locks.take('a', { waitMs: 0 }), LockNotFree);
    await t.rejects(here.locks.take('a', { waitMs: 20 }), LockNotFree, 'its own process waits just the same');
    const ending = new AbortController();
    const waiting = there.locks.take('a', { ...patience, signal: ending.signal });
    ending.abort();
    await t.rejects(waiting, LockNotFree, 'the waiting can be ended');
    t.equal(await there.locks.takeIfFree('a'), undefined, 'the holder still has it');
    await release();
    const next = await there.locks.take('a', { waitMs: 1000 });
    await next();
  });

  t.test('taking one only when it is free', async (t) => {
    const { here, there } = await open(t);
    let asked = 0;
    const onWanted = () => {
      asked += 1;
    };
    const release = await here.locks.take('a', { ...patience, onWanted });
    t.equal(await there.locks.takeIfFree('a'), undefined);
    await delay(20);
    t.equal(asked, 0, 'nobody is asked to let go');
    await release();
    const second = await there.locks.takeIfFree('a');
    t.type(second, 'function');
    const waiting = here.locks.take('a', patience);
    await second?.();
    const third = await waiting;
    await third();
  });

  t.test('giving back twice takes nothing from the next holder', async (t) => {
    const { here, there } = await open(t);
    const release = await here.locks.take('a', patience);
    await release();
    const next = await there.locks.take('a', patience);
    await release();
    t.equal(await here.locks.takeIfFree('a'), undefined);
    await next();
  });

  t.test('a process that closes lets go, and waits no longer', async (t) => {
    const { here, there } = await open(t);
    await here.locks.take('a', patience);
    const kept = await there.locks.take('b', patience);
    const inVain = here.locks.take('b', patience);
    const waiting = there.locks.take('a', patience);
    const rejected = t.rejects(inVain, LockNotFree);
    await here.close();
    await rejected;
    await (
      await waiting
    )();
    await kept();
  });
}

function leasesContract(t: Test, open: Open): void {
  t.test('have one holder each', async (t) => {
    const { here, there } = await open(t);
    const lease = await here.leases.take('uploads.repair');
    t.ok(lease);
    t.equal(lease?.signal.aborted, false);
    t.equal(await there.leases.take('uploads.repair'), undefined);
    t.equal(await here.leases.take('uploads.repair'), undefined, 'not even the same process takes it twice');
    const other = await there.leases.take('uploads.expire');
    t.ok(other, 'another task');
    await lease?.release();
    const next = await there.leases.take('uploads.repair');
    t.ok(next, 'given back, it can be taken at once');
    await lease?.release();
    t.equal(
      await here.leases.take('uploads.repair'),
      undefined,
      'giving back twice takes nothing from the next holder',
    );
    await Promise.all([next?.release(), other?.release()]);
  });

  t.test('of many who ask at the same time one gets it', async (t) => {
    const { here, there } = await open(t);
    const leases = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? here : there).leases.take('uploads.repair')),
    );
    t.equal(leases.filter((lease) => lease !== undefined).length, 1);
  });

  t.test('end with their process', async (t) => {
    const { here, there } = await open(t);
    const lease = await here.leases.take('uploads.repair');
    await here.close();
    t.equal(lease?.signal.aborted, true, 'who worked under it learns that it is gone');
    t.ok(await there.leases.take('uploads.repair'));
  });
}
