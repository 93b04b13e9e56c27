import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { MemoryLimits, MemoryLimitsState } from '../limits/memory.ts';
import { createLogger } from './logger.ts';
import { until } from '../testing/until.ts';
import { Upkeep, type UpkeepTask } from './upkeep.ts';

const logger = createLogger({ level: 'silent' });

/** A task that notes who ran it. */
const noting = (runs: string[], who: string, atStart = false): UpkeepTask => ({
  name: 'uploads.repair',
  everyMs: 2,
  atStart,
  run: async () => runs.push(who),
});

t.test('of two processes one does a task, and the other takes over when it is gone', async (t) => {
  const state = new MemoryLimitsState();
  const processes = [new MemoryLimits(state), new MemoryLimits(state), new MemoryLimits(state)];
  const [first, second, third] = processes as [MemoryLimits, MemoryLimits, MemoryLimits];
  const runs: string[] = [];
  const upkeepOf = (who: string, limits: MemoryLimits) => {
    const upkeep = new Upkeep({ tasks: [noting(runs, who)], leases: limits.leases, logger });
    t.teardown(() => upkeep.stop());
    return upkeep;
  };
  const stopped = upkeepOf('first', first);
  await stopped.start();
  await until('the first one ran', () => runs.length > 0);
  const lost = upkeepOf('second', second);
  await lost.start();
  await until('it runs again and again', () => runs.length > 5);
  t.notOk(runs.includes('second'));
  await stopped.stop();
  await until('the second one took over', () => runs.includes('second'));
  t.notOk(runs.slice(runs.indexOf('second')).includes('first'));

  const last = upkeepOf('third', third);
  await last.start();
  // As when its backend was away for too long: the lease is gone, the process still runs.
  await second.close();
  await until('the third one took over', () => runs.includes('third'));
  await Promise.all([lost.stop(), last.stop()]);
  t.notOk(runs.slice(runs.indexOf('third')).includes('second'));
  await Promise.all(processes.map((limits) => limits.close()));
});

t.test('what is due at the start is done before it is over', async (t) => {
  const limits = new MemoryLimits();
  const runs: string[] = [];
  const later: UpkeepTask = { name: 'uploads.expire', everyMs: 60_000, run: async () => runs.push('later') };
  const upkeep = new Upkeep({ tasks: [noting(runs, 'at once', true), later], leases: limits.leases, logger });
  await upkeep.start();
  t.equal(runs[0], 'at once');
  t.notOk(runs.includes('later'));
  await upkeep.stop();
  const failing: UpkeepTask = {
    name: 'uploads.repair',
    everyMs: 60_000,
    atStart: true,
    run: () => Promise.reject(new Error('no database')),
  };
  const failed = new Upkeep({ tasks: [failing], leases: limits.leases, logger });
  await t.rejects(failed.start(), /no database/, 'a start that fails says so');
  await failed.stop();
  t.ok(await limits.leases.take('uploads.repair'), 'and keeps no lease');
});

t.test('a run is told when to end', async (t) => {
  const limits = new MemoryLimits();
  const lines = new PassThrough();
  const begun = Promise.withResolvers<AbortSignal>();
  const long: UpkeepTask = {
    name: 'versions.collect',
    everyMs: 1,
    run: (signal) => {
      begun.resolve(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('told to end'));
        });
      });
    },
  };
  const upkeep = new Upkeep({ tasks: [long], leases: limits.leases, logger: pino(lines) });
  await upkeep.start();
  t.equal((await begun.promise).aborted, false);
  await upkeep.stop();
  t.equal((await begun.promise).aborted, true);
  t.equal(lines.read(), null, 'which is no failure');
});

t.test('a run that fails is in the log, and tried again', async (t) => {
  const limits = new MemoryLimits();
  const lines = new PassThrough();
  let runs = 0;
  const failing: UpkeepTask = {
    name: 'uploads.repair',
    everyMs: 1,
    run: () => {
      runs += 1;
      return Promise.reject(new Error('no database'));
    },
  };
  const upkeep = new Upkeep({ tasks: [failing], leases: limits.leases, logger: pino(lines) });
  await upkeep.start();
  await until('it was tried again', () => runs > 1);
  await upkeep.stop();
  t.match(String(lines.read()), /no database.*the upkeep uploads\.repair failed/);
});

t.test('one that fails at the start keeps neither itself nor the others from their periods', async (t) => {
  const limits = new MemoryLimits();
  const runs: string[] = [];
  const failing: UpkeepTask = {
    name: 'transcoder.reconcile',
    everyMs: 1,
    atStart: true,
    run: async () => {
      runs.push('failing');
      throw new Error('no database');
    },
  };
  const upkeep = new Upkeep({ tasks: [failing, noting(runs, 'other')], leases: limits.leases, logger });
  t.teardown(() => upkeep.stop());
  await t.rejects(upkeep.start(), /no database/);
  await until('the other ran', () => runs.includes('other'));
  await until('it ran again', () => runs.filter((who) => who === 'failing').length > 1);
});

t.test('names are unique', async (t) => {
  const { leases } = new MemoryLimits();
  const tasks = [noting([], 'one'), noting([], 'another')];
  t.throws(() => new Upkeep({ tasks, leases, logger }), /two upkeep tasks uploads\.repair/);
});
