import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { cpuSecondsOf, hasProcessFigures, readStat, treeOf, TreeWatch } from './process-tree.ts';

t.test('a line of /proc is read whatever the name of the process', async (t) => {
  const fields = Array.from({ length: 52 }, (_, index) => String(index + 1));
  const line = `17 (a) b (c) S ${fields.slice(3).join(' ')}`;
  t.strictSame(readStat(17, line), { pid: 17, parent: 4, ticks: 14 + 15 + 16 + 17, ownTicks: 14 + 15, pages: 24 });
});

t.test('a tree is a process and all that descends from it', async (t) => {
  const process = (pid: number, parent: number) => ({ pid, parent, ticks: 0, ownTicks: 0, pages: 0 });
  const all = [process(1, 0), process(2, 1), process(3, 2), process(4, 1), process(5, 4), process(6, 3)];
  t.strictSame(
    treeOf(2, all).map(({ pid }) => pid),
    [2, 3, 6],
  );
  t.strictSame(treeOf(99, all), []);
});

t.test('work is seen, and memory that is taken', async (t) => {
  if (!hasProcessFigures) return t.comment('This system has no /proc');
  const before = cpuSecondsOf(process.pid);
  const own = process.cpuUsage();
  const watch = new TreeWatch(process.pid);
  const until = process.cpuUsage().user + 200_000;
  while (process.cpuUsage().user < until);
  t.ok(cpuSecondsOf(process.pid) - before >= 0.1, 'a fifth of a second of work');
  const taken = Buffer.alloc(64 * 1024 ** 2, 1);
  const { cpuSeconds, memoryBytes } = watch.stop();
  t.ok(memoryBytes >= taken.length);
  t.ok(cpuSeconds >= 0.1, `${cpuSeconds} s`);
  const { user, system } = process.cpuUsage(own);
  t.ok(cpuSeconds < (user + system) / 1e6 + 0.05, 'what was used before is not in it');
  return undefined;
});

t.test('work of a child that nobody waited for is seen', async (t) => {
  if (!hasProcessFigures) return t.comment('This system has no /proc');
  const watch = new TreeWatch(process.pid);
  // The inner one works, and ends the outer one before that could wait for it.
  const inner = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; kill -9 $PPID';
  const child = spawn('sh', ['-c', `sh -c '${inner}'; true`], { stdio: 'ignore' });
  const own = process.cpuUsage();
  t.strictSame(await once(child, 'exit'), [null, 'SIGKILL']);
  const { user, system } = process.cpuUsage(own);
  const { cpuSeconds } = watch.stop();
  t.ok(cpuSeconds - (user + system) / 1e6 > 0.1, `${cpuSeconds} s, ${(user + system) / 1e6} s of them our own`);
  return undefined;
});
