import { chmodSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { processesMentioning, tools } from '../testing/clips.ts';
import { unconfined } from './confinement.ts';
import { ProcessLimitExceeded, runLimited, type LimitedProcessOptions } from './limited-process.ts';

const node = process.execPath;

/** Runs a script in Node with the confinement of this system. */
async function run(script: string, options: Partial<LimitedProcessOptions> = {}, ...args: readonly string[]) {
  const { confinement } = await tools();
  return runLimited({
    command: node,
    args: ['-e', script, ...args],
    reads: [],
    writes: [],
    confinement,
    wallMs: 60_000,
    outputBytes: 1_000_000,
    ...options,
  });
}

t.test('what the program wrote and how it ended', async (t) => {
  t.match(await run('console.log("out"); console.error("err"); process.exitCode = 3'), {
    exitCode: 3,
    exitSignal: null,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  const lines: string[] = [];
  t.equal((await run('process.stdout.write("a\\n\\nbé\\nrest")', { onLine: (line) => lines.push(line) })).stdout, '');
  t.strictSame(lines, ['a', '', 'bé', 'rest']);
  t.equal(
    (await run('console.error("x".repeat(1e6))')).stderr.length,
    16 * 1024,
    'of standard error only the end is kept',
  );
  const input = await run('let n = 0; process.stdin.on("data", () => n++).on("end", () => console.log("no input", n))');
  t.equal(input.stdout, 'no input 0\n');
});

t.test('time and output are limited', async (t) => {
  const mark = `limited-${process.pid}-time`;
  const slow = await run('setInterval(() => {}, 1000)', { wallMs: 300 }, mark).catch((error: unknown) => error);
  t.ok(slow instanceof ProcessLimitExceeded && slow.limit === 'time');
  const loud = await run(
    'const more = () => process.stdout.write("x".repeat(65536), more); more()',
    { outputBytes: 200_000 },
    mark,
  ).catch((error: unknown) => error);
  t.ok(loud instanceof ProcessLimitExceeded && loud.limit === 'output');
  t.strictSame(await processesMentioning(mark), []);
});

t.test('memory is limited where the system can', async (t) => {
  const { confinement } = await tools();
  if (confinement.lost.includes('limits')) {
    t.pass('no prlimit here');
    return;
  }
  t.not((await run('console.log(1)', { addressSpaceBytes: 100 * 1024 * 1024 })).exitCode, 0);
  t.equal((await run('console.log(1)', { addressSpaceBytes: 64 * 1024 ** 3 })).exitCode, 0);
});

t.test('an abort kills everything the program started', async (t) => {
  const mark = `limited-${process.pid}-group`;
  const controller = new AbortController();
  const reason = new Error('enough');
  const lines: string[] = [];
  const running = run(
    'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]], { stdio: "ignore" }); console.log("started"); setInterval(() => {}, 1000)',
    { signal: controller.signal, onLine: (line) => lines.push(line) },
    mark,
  );
  running.catch(() => undefined);
  await until(
    'both have started',
    async () => lines.includes('started') && (await processesMentioning(mark)).length >= 2,
    { everyMs: 50 },
  );
  controller.abort(reason);
  await t.rejects(running, reason);
  await until('both are gone', async () => (await processesMentioning(mark)).length === 0, { everyMs: 50 });
  await t.rejects(run('1', { signal: AbortSignal.abort(reason) }), reason);
});

t.test('what a line handler throws ends the program and is thrown on', async (t) => {
  await t.rejects(
    run('setInterval(() => console.log("line"), 5)', {
      onLine: () => {
        throw new TypeError('not this');
      },
    }),
    { name: 'TypeError', message: 'not this' },
  );
});

t.test('a program that is not there', async (t) => {
  await t.rejects(
    runLimited({
      command: path.join(t.testdir(), 'nothing'),
      args: [],
      reads: [],
      writes: [],
      confinement: unconfined,
      wallMs: 1000,
      outputBytes: 1,
    }),
    { code: 'ENOENT' },
  );
});

t.test('children give way and do not outlive this process', async (t) => {
  t.equal(
    Number((await run('console.log(require("os").getPriority())', { niceness: 7 })).stdout),
    Math.max(7, getPriority()),
  );
  const { confinement } = await tools();
  if (confinement.lost.includes('processes')) {
    t.pass('no namespaces here');
    return;
  }
  const mark = `limited-${process.pid}-orphan`;
  const folder = t.testdir();
  const parent = path.join(folder, 'parent.mjs');
  writeFileSync(
    parent,
    `
    import { runLimited } from ${JSON.stringify(path.join(import.meta.dirname, 'limited-process.ts'))};
    import { findConfinement } from ${JSON.stringify(path.join(import.meta.dirname, 'find-confinement.ts'))};
    await runLimited({ command: process.execPath, args: ['-e', 'console.log("child"); setInterval(() => {}, 1000)', ${JSON.stringify(mark)}], reads: [], writes: [],
      confinement: await findConfinement(), wallMs: 60000, outputBytes: 1000, onLine: () => process.kill(process.pid, 'SIGKILL') });
  `,
  );
  chmodSync(parent, 0o600);
  t.match(
    await runLimited({
      command: node,
      args: [parent],
      reads: [],
      writes: [],
      confinement: unconfined,
      wallMs: 60_000,
      outputBytes: 10_000,
    }),
    { exitSignal: 'SIGKILL' },
  );
  await until('both are gone', async () => (await processesMentioning(mark)).length === 0, { everyMs: 50 });
  t.pass('the grandchild died with its killed parent');
});

t.test('no network where the system can', async (t) => {
  const { confinement } = await tools();
  if (confinement.lost.includes('network')) {
    t.pass('no network namespaces here');
    return;
  }
  const { stdout } = await run('console.log(Object.keys(require("os").networkInterfaces()).join())');
  t.match(stdout.trim(), /^(?:lo)?$/);
});
