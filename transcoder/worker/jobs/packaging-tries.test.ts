import t from 'tap';
import { PackagingTries } from './packaging-tries.ts';

t.test('failures at the same place are counted, with growing rests', (t) => {
  const tries = new PackagingTries(4, 10);
  t.strictSame([tries.failed(0.1), tries.failed(0.1), tries.failed(0.05), tries.failed(0.1)], [10, 30, 90, undefined]);
  t.equal(new PackagingTries(1, 10).failed(1), undefined);
  const patient = new PackagingTries(20, 10_000);
  t.equal(Array.from({ length: 19 }, () => patient.failed(0)).at(-1), 300_000, 'no rest is longer than five minutes');
  t.end();
});

t.test('progress since the last failure forgives what was before', (t) => {
  const tries = new PackagingTries(2, 10);
  t.strictSame(
    [0.1, 0.2, 0.9].map((packaged) => tries.failed(packaged)),
    [10, 10, 10],
  );
  t.equal(tries.failed(0.9), undefined, 'getting as far as before is none');
  t.end();
});
