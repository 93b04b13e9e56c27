import t from 'tap';
import { nearLimits } from './quota.ts';

const used = { open: 4, begun: 8, begunBytes: 79, storedBytes: 120 };

t.test('what is nearly used up', (t) => {
  t.same(nearLimits({ used, limits: { open: 100, begun: null, begunBytes: null, storedBytes: null } }), []);
  t.same(
    nearLimits({ used, limits: { open: 5, begun: 10, begunBytes: 100, storedBytes: 100 } }),
    [
      { kind: 'open', left: 1, limit: 5 },
      { kind: 'begun', left: 2, limit: 10 },
      { kind: 'storedBytes', left: 0, limit: 100 },
    ],
    'a fifth or less, never less than nothing',
  );
  t.end();
});
