import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { until } from '../../server/testing/until.ts';
import type { runTests } from './run-tests.ts';
import { reportFile } from './test-report.ts';

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
  options: Parameters<typeof runTests>[2] = {},
): string => `import { runTests } from ${JSON.stringify(path.join(import.meta.dirname, 'run-tests.ts'))};
  process.exitCode = await runTests(${[folder, files, options].map((each) => JSON.stringify(each)).join(', ')});`;

/** Runs test files of the given contents in a process of their own. */
async function runTexts(
  t: Test,
  texts: Record<string, string>,
  environment: NodeJS.ProcessEnv = {},
  options: Parameters<typeof runTests>[2] = {},
): Promise<{
  readonly code: number;
  readonly output: string;
  readonly lastLine: string;
  readonly report: { readonly flaky: string[]; readonly files: { readonly file: string; readonly tries: number }[] };
}> {
  const folder = makeRoot(t, texts);
  const outer = { ...process.env, CI: '', ...environment };
  const ended = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', runner(folder, Object.keys(texts), { patienceMs: 500, ...options })],
    { cwd: folder, env: outer },
  ).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
  return {
    ...ended,
    lastLine: ended.output.trimEnd().split('\n').at(-1) ?? '',
    report: JSON.parse(readFileSync(path.join(folder, reportFile), 'utf8')) as { flaky: string[]; files: [] },
  };
}

const passing = "import t from 'tap';\nt.test('inside', async (t) => { t.ok(true); t.equal(1, 1); });\nt.ok(true);\n";

t.test('all green, those that want the machine to themselves last', async (t) => {
  const { code, lastLine, output } = await runTexts(t, {
    'a.serial.test.ts': passing,
    'b.integration.test.ts': passing,
    'skipping.test.ts': `${passing}t.test('later', { skip: 'no network' }, async () => {});\n`,
  });
  t.equal(lastLine, '9 passed, 0 failed', output);
  t.equal(code, 0);
  t.ok(output.indexOf('b.integration.test.ts') < output.indexOf('a.serial.test.ts'));
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

/** A test that does `first` the first time that it is run and passes from then on. */
const onceOnly = (first: string): string => `import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import t from 'tap';
const note = import.meta.filename + '.ran';
const isFirst = !existsSync(note);
writeFileSync(note, '');
t.test('inside', async (t) => {
  t.equal(tmpdir(), process.env.TMPDIR);
  if (isFirst) { ${first} }
  t.ok(true);
});
`;

t.test('what fails once and then passes alone is flaky: the run is green and says so', async (t) => {
  const { code, lastLine, output, report } = await runTexts(t, {
    'a.test.ts': onceOnly("t.equal(1, 2, 'not yet');"),
    'b.serial.test.ts': passing,
    // What the first try left must not be found again after the second.
    'c.test.ts': onceOnly(
      "mkdtempSync(tmpdir() + '/forgotten-'); spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).unref();",
    ),
  });
  t.equal(code, 0);
  t.equal(lastLine, '7 passed, 0 failed', 'the last tries count, and only these');
  t.match(output, /\nflaky: a\.test\.ts\nflaky: c\.test\.ts\n7 passed, 0 failed\n$/);
  t.match(output, /a\.test\.ts > inside > not yet/, 'why it failed is there to be read');
  t.match(output, /c\.test\.ts > A process was left running: \d+ sleep 100/);
  t.match(output, /c\.test\.ts > A temporary file was left: forgotten-/);
  t.strictSame(report.flaky, ['a.test.ts', 'c.test.ts']);
  t.strictSame(Object.fromEntries(report.files.map(({ file, tries }) => [file, tries])), {
    'a.test.ts': 2,
    'b.serial.test.ts': 1,
    'c.test.ts': 2,
  });
});

t.test('what crashes or hangs once is flaky as well, and three of them make a run red', async (t) => {
  const { code, lastLine, output } = await runTexts(
    t,
    {
      'crash.test.ts': onceOnly('process.exit(3);'),
      'hang.test.ts': onceOnly('process.on("SIGALRM", () => {}); for (;;) { /* nothing can be said */ }'),
      'wait.test.ts': onceOnly('await new Promise(() => { setInterval(() => {}, 1000); });'),
      'passing.test.ts': passing,
    },
    {},
    { fileTimeoutSeconds: 4 },
  );
  t.equal(code, 1);
  t.equal(lastLine, '9 passed, 1 failed', output);
  for (const name of ['crash', 'hang', 'wait']) t.match(output, `\nflaky: ${name}.test.ts\n`);
  t.match(output, /3 files passed only when they were run again: at most 2 may/);
  t.match(output, /hang\.test\.ts > The file did not end within 4 s/);
});

t.test('what fails twice makes the run red, whatever else flaked', async (t) => {
  const { code, lastLine, output, report } = await runTexts(t, {
    'a.test.ts': onceOnly("t.equal(1, 2, 'not yet');"),
    'b.test.ts': "import t from 'tap';\nt.equal(1, 2, 'never');\nt.ok(true);\n",
  });
  t.equal(code, 1);
  t.equal(lastLine, '3 passed, 1 failed', output);
  t.strictSame(report.flaky, ['a.test.ts']);
});

t.test('a quick test starts no ffmpeg, browser or server, and no synonym of one', async (t) => {
  const body = `import { execFile, execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import t from 'tap';
const refused = /A quick test starts no/;
t.throws(() => spawn('ffmpeg', ['-version']), refused);
t.throws(() => execFile('/usr/bin/chromium', []), refused);
t.throws(() => spawnSync('prlimit', ['--nofile=10', '/usr/bin/ffprobe']), refused);
t.throws(() => execFileSync('redis-server'), refused);
t.throws(() => fork('server/main.ts', ['serve']), refused);
t.equal(spawnSync(process.execPath, ['-e', '']).status, 0);
`;
  const { lastLine, output } = await runTexts(t, {
    'a.test.ts': body,
    'b.integration.test.ts': body.replaceAll(/^t\.throws.*\n/gm, ''),
  });
  t.equal(lastLine, '7 passed, 0 failed', output);
});

t.test("what other people's programs leave is removed and fails nothing", async (t) => {
  const { code, lastLine, output } = await runTexts(t, {
    'a.test.ts': `import { mkdirSync } from 'node:fs';
import t from 'tap';
mkdirSync(process.env.TMPDIR + '/pulse-PKdhtXMmr18n');
t.ok(true);
`,
  });
  t.equal(code, 0);
  t.equal(lastLine, '1 passed, 0 failed');
  t.match(output, /not ours, removed: pulse-PKdhtXMmr18n/);
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
