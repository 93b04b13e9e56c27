import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { withFileLock, withFileLockSync } from './file-lock.mjs';

const module = JSON.stringify(new URL('./file-lock.mjs', import.meta.url).href);
const unseen = (): void => undefined;

/** What the file of a holder says of it. */
function identityOf(lock: string): { pid: number; startedAt?: string; place: string } {
  const [name] = readdirSync(lock) as [string];
  return JSON.parse(readFileSync(path.join(lock, name), 'utf8')) as { pid: number; startedAt?: string; place: string };
}

t.test('one at a time, in either face', async (t) => {
  const lock = path.join(t.testdir(), 'lock');
  const end = Promise.withResolvers<void>();
  let told: number | undefined;
  const order: string[] = [];
  const holder = withFileLock(
    lock,
    async () => {
      order.push('first in');
      await end.promise;
      order.push('first out');
      return 'done';
    },
    unseen,
  );
  t.equal(
    withFileLockSync(lock, 30, () => order.push('between')),
    undefined,
  );
  const waiting = withFileLock(
    lock,
    async () => order.push('second in'),
    (pid) => (told = pid),
  );
  end.resolve();
  t.equal(await holder, 'done');
  await waiting;
  t.same(order, ['first in', 'first out', 'second in']);
  t.equal(told, process.pid);
  t.equal(
    withFileLockSync(lock, 0, () => 'in'),
    'in',
  );
  t.throws(
    () =>
      withFileLockSync(lock, 0, () => {
        throw new Error('inside');
      }),
    { message: 'inside' },
  );
  t.same(readdirSync(path.dirname(lock)), [], 'nothing is left, after a failure neither');
});

t.test('a holder is gone when its process is, and its age says nothing while it lives', async (t) => {
  const lock = path.join(t.testdir(), 'lock');
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `const { withFileLockSync } = await import(${module});
     withFileLockSync(${JSON.stringify(lock)}, 0, () => { console.log('in'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });`,
  ]);
  const ended = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const longAgo = new Date(Date.now() - 3_600_000);
  if (existsSync('/proc/self/stat'))
    for (const name of readdirSync(lock)) utimesSync(path.join(lock, name), longAgo, longAgo);
  t.equal(
    withFileLockSync(lock, 0, () => 'in'),
    undefined,
    'it blocks its thread and touches nothing, but runs',
  );
  child.kill('SIGKILL');
  await ended;
  t.equal(
    withFileLockSync(lock, 0, () => 'in'),
    'in',
    'at once',
  );
  t.notOk(existsSync(lock));
});

t.test(
  'a process that got the id of a killed holder does not hold its lock',
  { skip: !existsSync('/proc/self/stat') },
  async (t) => {
    const lock = path.join(t.testdir(), 'lock');
    const own = withFileLockSync(lock, 0, () => identityOf(lock));
    const hold = (identity: object): void => {
      mkdirSync(lock);
      writeFileSync(path.join(lock, 'other'), JSON.stringify(identity));
    };
    hold({ ...own, startedAt: '1' });
    t.ok(withFileLockSync(lock, 0, () => true));
    hold({ ...own });
    t.notOk(withFileLockSync(lock, 0, () => true));
  },
);

t.test('elsewhere a holder is gone when it has been silent', async (t) => {
  const lock = path.join(t.testdir(), 'lock');
  for (const content of ['{"pid":1,"place":"another machine"}', 'cut o']) {
    mkdirSync(lock);
    const file = path.join(lock, 'theirs');
    writeFileSync(file, content);
    t.notOk(withFileLockSync(lock, 0, () => true));
    const longAgo = new Date(Date.now() - 16_000);
    utimesSync(file, longAgo, longAgo);
    t.ok(withFileLockSync(lock, 0, () => true));
  }
});

t.test('of many processes, some of which are killed inside, never two are in', async (t) => {
  const folder = t.testdir({ counter: '0' });
  const [lock, counter] = [path.join(folder, 'lock'), path.join(folder, 'counter')];
  const program = (times: number, last: string): string => `
    import { readFileSync, writeFileSync } from 'node:fs';
    const { withFileLockSync } = await import(${module});
    for (let i = 0; i < ${times}; i += 1) {
      const took = withFileLockSync(${JSON.stringify(lock)}, 60_000, () => {
        const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        writeFileSync(${JSON.stringify(counter)}, String(count + 1));
        if (i === ${times - 1}) { ${last} }
        return true;
      });
      if (!took) throw new Error('never got in');
    }`;
  const run = async (times: number, last: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program(times, last)]);
  const killed = [1, 2, 3].map((times) =>
    run(times, `process.kill(process.pid, 'SIGKILL');`).catch((error: unknown) => error),
  );
  await Promise.all([...[1, 2, 3].map(() => run(20, '')), ...killed]);
  t.equal(readFileSync(counter, 'utf8'), String(3 * 20 + 1 + 2 + 3));
  // The last one may be one that was killed: its lock stays until the next process takes it.
  t.ok(withFileLockSync(lock, 0, () => true));
  t.same(readdirSync(folder), ['counter']);
});
