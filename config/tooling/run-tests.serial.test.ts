import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { until } from '../../server/testing/until.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** A checkout of its own: tap empties its folder in the root as it begins, and this test runs inside a tap. */
function makeRoot(t: Test, texts: Record<string, string>): string {
  const folder = t.testdir({ ...texts, 'package.json': '{ "type": "module" }' });
  for (const name of ['node_modules', '.taprc']) symlinkSync(path.join(root, name), path.join(folder, name));
  return folder;
}

/** A program that runs these files of a folder as `npm test` would. */
const runner = (
  folder: string,
  files: readonly string[],
): string => `import { runTests } from ${JSON.stringify(path.join(import.meta.dirname, 'run-tests.ts'))};
  process.exitCode = await runTests(${JSON.stringify(folder)}, ${JSON.stringify(files)});`;

/** Runs test files of the given contents in a process of their own. */
async function runTexts(
  t: Test,
  texts: Record<string, string>,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly output: string; readonly lastLine: string }> {
  const folder = makeRoot(t, texts);
  const outer = { ...process.env, CI: '', ...environment };
  const ended = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', runner(folder, Object.keys(texts))],
    { cwd: folder, env: outer },
  ).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
  return { ...ended, lastLine: ended.output.trimEnd().split('\n').at(-1) ?? '' };
}

const passing = "import t from 'tap';\nt.test('inside', async (t) => { t.ok(true); t.equal(1, 1); });\nt.ok(true);\n";

t.test('all green, those that want the machine to themselves last', async (t) => {
  const { code, lastLine, output } = await runTexts(t, {
    'a.serial.test.ts': passing,
    'b.test.ts': passing,
    'skipping.test.ts': `${passing}t.test('later', { skip: 'no network' }, async () => {});\n`,
  });
  t.equal(lastLine, '9 passed, 0 failed', output);
  t.equal(code, 0);
  t.ok(output.indexOf('b.test.ts') < output.indexOf('a.serial.test.ts'));
  t.match(output, /Skipped: 1\n.*skipping\.test\.ts > later \(no network\)/s);
});

t.test('every way to fail counts, and what is left behind is cleared away', async (t) => {
  const { code, lastLine, output } = await runTexts(
    t,
    {
      'passing.test.ts': passing,
      'failing.test.ts':
        "import t from 'tap';\nt.test('sum', async (t) => { t.ok(true); t.equal(1 + 1, 3, 'two and two'); });\n",
      'crashing.test.ts': "throw new Error('at once');\n",
      'throwing.test.ts': "import t from 'tap';\nt.test('inside', async () => { throw new Error('thrown'); });\n",
      'hollow.test.ts': "import t from 'tap';\nt.test('asserts nothing', async () => {});\n",
      'empty.test.ts': 'export {};\n',
      'skipping.test.ts':
        "import t from 'tap';\nt.test('later', { skip: 'no network' }, async () => {});\nt.ok(true);\n",
      'leaky.test.ts': `import t from 'tap';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
mkdtempSync(tmpdir() + '/forgotten-');
const child = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
child.unref();
t.ok(child.pid);
`,
    },
    { CI: 'true' },
  );
  t.equal(code, 1);
  t.equal(lastLine, '6 passed, 8 failed', output);
  t.match(output, /failing\.test\.ts > sum > two and two\n.*-3\n *\+2/s, 'the difference is shown');
  t.match(output, /Error: at once/);
  t.match(output, /throwing\.test\.ts > inside > thrown/);
  t.match(output, /hollow\.test\.ts > The file has no assertion/);
  t.match(output, /empty\.test\.ts > The file has no assertion/);
  t.match(output, /Skipped, which CI forbids: .*later \(no network\)/);
  t.match(output, /A temporary file was left: forgotten-/);
  t.match(output, /A process was left running: \d+ sleep 100/);
  const pid = Number(/left running: (\d+)/.exec(output)?.[1]);
  t.ok(
    !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
    'and was ended',
  );
});

t.test('a run that is cut short clears up and does not look like success', async (t) => {
  const folder = makeRoot(t, {
    'endless.test.ts': `import { writeFileSync } from 'node:fs';
import t from 'tap';
t.ok(true);
writeFileSync(import.meta.dirname + '/started', process.env.TMPDIR ?? '');
setInterval(() => {}, 1000);
await new Promise(() => {});
`,
  });
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner(folder, ['endless.test.ts'])], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => {
    child.kill('SIGTERM');
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const started = path.join(folder, 'started');
  await until('the test is under way', () => existsSync(started) && readFileSync(started, 'utf8') !== '');
  child.kill('SIGTERM');
  t.equal(await ended, 130, output);
  t.match(output, /[1-9] failed\n$/);
  t.notOk(existsSync(readFileSync(started, 'utf8')), 'its temporary folder is gone');
});

t.test('no test at all is no success', async (t) => {
  const { code, lastLine } = await runTexts(t, {});
  t.equal(code, 1);
  t.equal(lastLine, '0 passed, 0 failed');
});
