import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { until } from '../../server/testing/until.ts';
import { tools } from '../testing/clips.ts';
import { runPackager, type PackagerRun, type PackagerTools } from './run-packager.ts';

/** A stand-in for the packager that does what the test wants. */
async function standIn(t: Test, script: string): Promise<Pick<PackagerRun, 'tools' | 'folder' | 'input'>> {
  const folder = t.testdir({ 'input.ts': 'input' });
  const file = path.join(folder, 'packager');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return { tools: await toolsWith(file), folder, input: 'input.ts' };
}

const toolsWith = async (packager: string): Promise<PackagerTools> => ({
  packager: { path: packager, version: '1', origin: 'config' },
  confinement: (await tools()).confinement,
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const common = { arguments: [], timeoutMs: 20_000 };

t.test('an abort kills the packager and whatever it started, and waits for that', async (t) => {
  const run = await standIn(t, 'sleep 600 & echo $! > child.pid; echo $$ > own.pid; wait');
  const controller = new AbortController();
  // A limit longer than this test: only the abort can end it.
  const running = runPackager({ ...run, arguments: [], timeoutMs: 600_000, signal: controller.signal });
  const pid = (file: string): Promise<number> => readFile(path.join(run.folder, file), 'utf8').then(Number, () => 0);
  await until('the packager runs', async () => (await pid('own.pid')) > 0);
  const group = await pid('own.pid');
  t.teardown(() => {
    if (isRunning(group)) process.kill(-group, 'SIGKILL');
  });
  controller.abort(new Error('cancelled'));
  await t.rejects(running, { message: 'cancelled' });
  t.notOk(isRunning(await pid('own.pid')));
  await until('its child is gone', async () => !isRunning(await pid('child.pid')));
});

t.test('nothing is started after an abort', async (t) => {
  const run = await standIn(t, 'touch started');
  await t.rejects(runPackager({ ...common, ...run, signal: AbortSignal.abort(new Error('too late')) }), {
    message: 'too late',
  });
  await t.rejects(readFile(path.join(run.folder, 'started')));
});

t.test('one that hangs is stopped', async (t) => {
  const run = await standIn(t, 'sleep 600');
  await t.rejects(runPackager({ ...run, arguments: [], timeoutMs: 100, signal: new AbortController().signal }), {
    code: 'package_failed',
    message: /longer than 100 ms/,
  });
});

t.test('a failure tells what the packager said, apart from the sentence for people', async (t) => {
  const run = await standIn(t, 'echo "Packaging Error: 5" >&2; exit 2');
  const error = await runPackager({ ...common, ...run, signal: new AbortController().signal }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  t.ok(error instanceof ProblemError);
  t.match(error, {
    code: 'package_failed',
    message: 'The packager ended with code 2',
    cause: { message: 'Packaging Error: 5' },
  });
});

t.test('one that is killed says nothing about its input; one that crashes may', async (t) => {
  const { signal } = new AbortController();
  for (const name of ['KILL', 'TERM'])
    await t.rejects(runPackager({ ...common, ...(await standIn(t, `kill -${name} $$`)), signal }), {
      name: 'PackagerInterrupted',
    });
  await t.rejects(runPackager({ ...common, ...(await standIn(t, 'kill -SEGV $$')), signal }), {
    code: 'package_failed',
    message: /SIGSEGV/,
  });
});

t.test('nor does one that is not there', async (t) => {
  const running = runPackager({
    ...common,
    ...(await standIn(t, '')),
    tools: await toolsWith('/nowhere/packager'),
    signal: new AbortController().signal,
  });
  await t.rejects(running, { name: 'PackagerInterrupted', cause: { code: 'ENOENT' } });
});

t.test('it gets none of our environment', async (t) => {
  process.env['DRAMABOX_TEST_SECRET'] = 'secret';
  t.teardown(() => delete process.env['DRAMABOX_TEST_SECRET']);
  const run = await standIn(t, 'echo "[$DRAMABOX_TEST_SECRET]" > seen');
  await runPackager({ ...common, ...run, signal: new AbortController().signal });
  t.equal(await readFile(path.join(run.folder, 'seen'), 'utf8'), '[]\n');
});

t.test('it has no network, and bounds for memory, processor time and files', async (t) => {
  const run = await standIn(t, 'cat /proc/net/dev > network; cat /proc/self/limits > limits');
  await runPackager({ ...common, ...run, signal: new AbortController().signal });
  const seen = (file: string): Promise<string> => readFile(path.join(run.folder, file), 'utf8');
  const { withoutNetwork, prlimit } = run.tools.confinement;
  if (withoutNetwork.length > 0)
    t.same(
      (await seen('network')).match(/^ *\S+(?=:)/gm)?.map((name) => name.trim()),
      ['lo'],
    );
  if (prlimit === undefined) return;
  const limits = await seen('limits');
  for (const [what, soft] of [
    ['Max core file size', 0],
    ['Max cpu time', 20],
    ['Max file size', 2 * 'input'.length + 16 * 1024 * 1024],
    ['Max address space', 4 * 1024 ** 3],
  ] as const)
    t.match(limits, new RegExp(`^${what} +${soft} `, 'm'));
});

t.test('one that writes without end is stopped', async (t) => {
  const run = await standIn(t, 'exec head -c 100000000 /dev/zero > out');
  if (run.tools.confinement.prlimit !== undefined)
    await t.rejects(runPackager({ ...common, ...run, signal: new AbortController().signal }), {
      code: 'package_failed',
      message: /SIGXFSZ/,
    });
  const loud = await standIn(t, 'exec head -c 100000000 /dev/zero');
  await t.rejects(runPackager({ ...common, ...loud, signal: new AbortController().signal }), {
    code: 'package_failed',
    message: /wrote too much/,
  });
});

t.test('it dies with a server that is killed', async (t) => {
  const run = await standIn(t, 'echo $$ > own.pid; exec sleep 600');
  if (run.tools.confinement.diesWithParent.length === 0) return;
  const parent = path.join(run.folder, 'parent.mjs');
  await writeFile(
    parent,
    `import { runPackager } from ${JSON.stringify(path.join(import.meta.dirname, 'run-packager.ts'))};
     await runPackager({ ...${JSON.stringify({ ...common, ...run })}, signal: new AbortController().signal });`,
  );
  const child = fork(parent);
  t.teardown(() => child.kill('SIGKILL'));
  const pid = (): Promise<number> => readFile(path.join(run.folder, 'own.pid'), 'utf8').then(Number, () => 0);
  await until('the packager runs', async () => (await pid()) > 0);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const own = await pid();
  await until('it is gone', async () => !isRunning(own));
});
