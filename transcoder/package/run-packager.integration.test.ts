import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { until } from '../../server/testing/until.ts';
import { processesMentioning, tools } from '../testing/clips.ts';
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

const common = { arguments: [], timeoutMs: 20_000 };

t.test('an abort kills the packager and whatever it started, and waits for that', async (t) => {
  const mark = `600.1${process.pid}`;
  const run = await standIn(t, `sleep ${mark} & sleep ${mark}`);
  const controller = new AbortController();
  // A limit longer than this test: only the abort can end it.
  const running = runPackager({ ...run, arguments: [], timeoutMs: 600_000, signal: controller.signal });
  await until('both run', async () => (await processesMentioning(mark)).length === 2);
  controller.abort(new Error('cancelled'));
  await t.rejects(running, { message: 'cancelled' });
  await until('both are gone', async () => (await processesMentioning(mark)).length === 0);
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

t.test('it has bounds for memory, processor time and files', async (t) => {
  const run = await standIn(t, 'exec prlimit --raw --noheadings --output RESOURCE,SOFT > limits');
  if (run.tools.confinement.lost.includes('limits')) return;
  await runPackager({ ...common, ...run, signal: new AbortController().signal });
  const limits = await readFile(path.join(run.folder, 'limits'), 'utf8');
  for (const [what, soft] of [
    ['CORE', 0],
    ['CPU', 25],
    ['FSIZE', 2 * 'input'.length + 16 * 1024 * 1024],
    ['AS', 4 * 1024 ** 3],
  ] as const)
    t.match(limits, new RegExp(`^${what} ${soft}$`, 'm'));
});

t.test('one that writes without end is stopped', async (t) => {
  const run = await standIn(t, 'exec head -c 100000000 /dev/zero > out');
  if (!run.tools.confinement.lost.includes('limits'))
    await t.rejects(runPackager({ ...common, ...run, signal: new AbortController().signal }), {
      code: 'package_failed',
      message: /SIGXFSZ/,
    });
  const loud = await standIn(t, 'exec head -c 100000000 /dev/zero');
  await t.rejects(runPackager({ ...common, ...loud, signal: new AbortController().signal }), {
    code: 'package_failed',
    message: /too much output/,
  });
});

t.test('it dies with a server that is killed', async (t) => {
  const mark = `600.0${process.pid}`;
  const run = await standIn(t, `exec sleep ${mark}`);
  if (run.tools.confinement.lost.includes('processes')) return;
  const parent = path.join(run.folder, 'parent.mjs');
  await writeFile(
    parent,
    `import { runPackager } from ${JSON.stringify(path.join(import.meta.dirname, 'run-packager.ts'))};
     await runPackager({ ...${JSON.stringify({ ...common, ...run })}, signal: new AbortController().signal });`,
  );
  const child = fork(parent);
  t.teardown(() => child.kill('SIGKILL'));
  await until('the packager runs', async () => (await processesMentioning(mark)).length > 0);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await until('it is gone', async () => (await processesMentioning(mark)).length === 0);
});
