import t from 'tap';
import { limitsContract } from '../testing/limits-contract.ts';
import { MemoryLimits, MemoryLimitsState } from './memory.ts';

limitsContract(t, () => {
  const state = new MemoryLimitsState();
  return Promise.resolve({ here: new MemoryLimits(state), there: new MemoryLimits(state) });
});

t.test('counters that cannot be are refused', async (t) => {
  const limits = new MemoryLimits();
  t.throws(() => limits.counter('attempts', { points: 1, seconds: 30 * 86_400 }), RangeError);
  t.throws(() => limits.counter('attempts', { points: 1, seconds: 0 }), RangeError);
  limits.counter('attempts', { points: 1, seconds: 60 });
  t.throws(() => limits.counter('attempts', { points: 2, seconds: 60 }), /other options/);
  await limits.close();
});
