import t from 'tap';
import { chooseTests, isTest, needOf } from './test-files.ts';

t.test('which files are tests', async (t) => {
  t.ok(isTest('a.test.ts') && isTest('a.test.tsx') && isTest('a.serial.test.ts'));
  t.notOk(isTest('test.ts') || isTest('a.test.ts.snap') || isTest('testing.ts'));
  t.ok(isTest('a.integration.test.ts'));
});

t.test('what a test needs, by its name', async (t) => {
  t.equal(needOf('server/e2e/a.serial.test.ts'), 'serial');
  t.equal(needOf('server/db/postgres.integration.test.ts'), 'integration');
  t.equal(needOf('server/serial.test.ts'), 'quick');
  t.equal(needOf('server/integration/a.test.tsx'), 'quick');
});

t.test('filters', async (t) => {
  const files = ['origin/a.test.ts', 'origin/deep/b.test.ts', 'server/a.test.ts'];
  t.same(chooseTests(files, [], '/x'), files);
  t.same(chooseTests(files, ['origin'], '/x'), files.slice(0, 2));
  t.same(chooseTests(files, ['./origin/a.test.ts', 'server/'], '/x'), [files[0], files[2]]);
  t.same(chooseTests(files, ['/x/origin/deep'], '/x'), [files[1]]);
  t.same(chooseTests(files, ['nothing'], '/x'), []);
});
