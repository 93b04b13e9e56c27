import t from 'tap';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Scratch } from './scratch.ts';

t.test('a folder lives as long as its job, whatever happens to it', async (t) => {
  const root = path.join(t.testdir(), 'scratch');
  const scratch = await Scratch.open(root);
  let folder = '';
  await t.rejects(
    scratch.with('job', async (given) => {
      folder = given;
      writeFileSync(path.join(given, 'file'), 'x');
      throw new Error('the job failed');
    }),
    { message: 'the job failed' },
  );
  t.equal(existsSync(folder), false);
  await scratch.close();
  t.same(readdirSync(root), []);
});

t.test('what a dead process left is removed, what a living one has is not', async (t) => {
  const root = path.join(t.testdir(), 'scratch');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  for (const name of [`${dead}-1`, `${process.ppid}-1`, 'rubbish'])
    mkdirSync(path.join(root, name, 'chunk-0'), { recursive: true });
  const scratch = await Scratch.open(root);
  t.same(
    readdirSync(root).filter((name) => !name.startsWith(`${process.pid}-`)),
    [`${process.ppid}-1`],
  );
  await scratch.close();
});
