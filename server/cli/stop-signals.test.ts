import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import type { RunningServer } from '../boot/server.ts';
import { createLogger } from '../kit/logger.ts';
import { StopSignals } from './stop-signals.ts';

t.test('one wish to stop that arrives three times drains, a later one forces', async (t) => {
  let now = 0;
  const signals = new StopSignals(() => now);
  t.teardown(() => {
    signals.release();
  });
  const calls: string[] = [];
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  const server: Pick<RunningServer, 'logger' | 'stop' | 'force'> = {
    logger: createLogger({ level: 'silent' }),
    stop: () => {
      calls.push('stop');
      return drained;
    },
    force: async () => {
      calls.push('force');
      drain();
    },
  };
  const code = signals.stop(server as RunningServer, loadConfig());
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) process.emit(signal, signal);
  // Waits for whatever the repetitions may have set off.
  await new Promise(setImmediate);
  t.same(calls, ['stop']);
  now = 1000;
  process.emit('SIGINT', 'SIGINT');
  t.equal(await code, 0);
  t.same(calls, ['stop', 'force']);
});
