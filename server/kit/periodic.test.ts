import t from 'tap';
import { createLogger } from './logger.ts';
import { startPeriodicTask } from './periodic.ts';

const logger = createLogger({ level: 'silent' });

t.test('runs again after a failure, and never two at a time', async (t) => {
  let runs = 0;
  let atOnce = 0;
  const third = Promise.withResolvers<void>();
  const task = startPeriodicTask({
    name: 'a task',
    everyMs: 1,
    logger,
    work: async () => {
      atOnce += 1;
      t.equal(atOnce, 1);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      atOnce -= 1;
      runs += 1;
      if (runs === 3) third.resolve();
      if (runs === 1) throw new Error('the first one fails');
    },
  });
  await third.promise;
  await task.stop();
});

t.test('stop waits for the run under way and lets no other begin', async (t) => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  let runs = 0;
  const task = startPeriodicTask({
    name: 'a task',
    everyMs: 1,
    logger,
    work: async () => {
      runs += 1;
      begun.resolve();
      await finish.promise;
    },
  });
  await begun.promise;
  let stopped = false;
  const stopping = task.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  t.equal(stopped, false, 'it waits');
  finish.resolve();
  await stopping;
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  t.equal(runs, 1, 'no run after the stop');
});
