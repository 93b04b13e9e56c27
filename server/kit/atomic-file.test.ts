import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { replaceFile, replaceFileSync } from './atomic-file.ts';

t.test('the old content stands until the new one is whole', async (t) => {
  const folder = t.testdir({ target: 'old', incoming: {} });
  const [target, temporary] = [path.join(folder, 'target'), path.join(folder, 'incoming', 'part')];
  await replaceFile(target, temporary, async (file) => {
    await writeFile(file, 'ne');
    t.equal(readFileSync(target, 'utf8'), 'old');
    await writeFile(file, 'new');
  });
  t.equal(readFileSync(target, 'utf8'), 'new');
  const failing = replaceFile(target, temporary, async (file) => {
    await writeFile(file, 'half');
    throw new Error('no more');
  });
  await t.rejects(failing, { message: 'no more' });
  t.equal(readFileSync(target, 'utf8'), 'new');
  t.same(readdirSync(path.join(folder, 'incoming')), []);
});

t.test('folders of the target are made; what cannot be replaced leaves nothing behind', async (t) => {
  const folder = t.testdir({ busy: { inside: '' } });
  const temporary = path.join(folder, 'part');
  const deep = path.join(folder, 'a', 'b', 'target');
  await replaceFile(deep, temporary, (file) => writeFile(file, 'deep'));
  t.equal(readFileSync(deep, 'utf8'), 'deep');
  await t.rejects(replaceFile(path.join(folder, 'busy'), temporary, (file) => writeFile(file, 'x')));
  t.same(readdirSync(folder).sort(), ['a', 'busy']);
});

t.test('without waiting: for its owner only, over what a killed process left', async (t) => {
  const folder = t.testdir({ target: 'old', 'target.new': 'hal' });
  const target = path.join(folder, 'target');
  replaceFileSync(target, 'new');
  t.equal(readFileSync(target, 'utf8'), 'new');
  if (process.platform !== 'win32') t.equal(statSync(target).mode & 0o777, 0o600);
  t.same(readdirSync(folder), ['target']);
  mkdirSync(path.join(folder, 'busy'));
  writeFileSync(path.join(folder, 'busy', 'inside'), '');
  t.throws(() => replaceFileSync(path.join(folder, 'busy'), 'x'));
  t.same(readdirSync(folder).sort(), ['busy', 'target']);
});
