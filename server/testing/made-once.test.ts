import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { madeOnce } from './made-once.ts';

t.test('made once for a key, copied for everybody', async (t) => {
  const folder = t.testdir({ shared: {} });
  const before = process.env['DRAMABOX_TEST_SHARED'];
  process.env['DRAMABOX_TEST_SHARED'] = path.join(folder, 'shared');
  t.teardown(() => {
    if (before === undefined) delete process.env['DRAMABOX_TEST_SHARED'];
    else process.env['DRAMABOX_TEST_SHARED'] = before;
  });
  let made = 0;
  const make = async (target: string): Promise<void> => {
    made += 1;
    t.equal(path.extname(target), '.mp4', 'a program that goes by the ending finds it');
    writeFileSync(target, `clip ${made}`);
  };
  const at = (name: string): string => path.join(folder, name);
  await Promise.all([madeOnce(['a', 1], at('1.mp4'), make), madeOnce(['a', 1], at('2.mp4'), make)]);
  t.equal(made, 1, 'also by two at once');
  writeFileSync(at('1.mp4'), 'changed');
  await madeOnce(['a', 1], at('3.mp4'), make);
  t.equal(readFileSync(at('3.mp4'), 'utf8'), 'clip 1', 'a copy is its owner’s to change');
  await madeOnce(['a', 2], at('4.mp4'), make);
  t.equal(readFileSync(at('4.mp4'), 'utf8'), 'clip 2');
  await t.rejects(
    madeOnce('b', at('5.mp4'), async () => {
      throw new Error('no encoder');
    }),
    { message: 'no encoder' },
  );
  t.notOk(existsSync(at('5.mp4')));
  await madeOnce('b', at('5.mp4'), make);
  t.ok(existsSync(at('5.mp4')), 'a failure is not kept');
});

t.test('without a run around it a file is just made', async (t) => {
  const folder = t.testdir({});
  const before = process.env['DRAMABOX_TEST_SHARED'];
  delete process.env['DRAMABOX_TEST_SHARED'];
  t.teardown(() => {
    if (before !== undefined) process.env['DRAMABOX_TEST_SHARED'] = before;
  });
  mkdirSync(path.join(folder, 'sub'));
  await madeOnce('a', path.join(folder, 'sub', 'x.txt'), async (target) => writeFileSync(target, 'x'));
  t.equal(readFileSync(path.join(folder, 'sub', 'x.txt'), 'utf8'), 'x');
});
