import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { until } from './until.ts';

/** Runs a test file of one test that does `body` under the watch, in a process of its own. */
function run(folder: string, body: string, graceMs: number): { readonly passed: boolean; readonly output: string } {
  const script = `
    import { createServer } from 'node:net';
    import { spawn, spawnSync } from 'node:child_process';
    import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
    import t from 'tap';
    import { failOnLeaks } from ${JSON.stringify(path.join(import.meta.dirname, 'leaks.ts'))};
    const folder = ${JSON.stringify(folder)};
    t.test('one', async (t) => {
      failOnLeaks(t, { folders: [folder], graceMs: ${graceMs} });
      ${body}
    });
    // What the test leaked must not keep this process: the verdict is in the output by then.
    t.teardown(() => { setTimeout(() => process.exit(), 100).unref(); });
  `;
  const result = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    cwd: path.join(import.meta.dirname, '..', '..'),
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { passed: result.status === 0 && /^ok 1 - one/m.test(result.stdout), output: result.stdout + result.stderr };
}

t.test('what ends in time is no leak', (t) => {
  const { passed, output } = run(
    t.testdir(),
    `
    const server = createServer().listen(0, '127.0.0.1');
    t.teardown(() => { server.close(); });
    const child = spawn('sleep', ['60']);
    t.teardown(() => { child.kill(); });
    writeFileSync(folder + '/scratch', 'x');
    t.teardown(() => { rmSync(folder + '/scratch'); });
    setTimeout(() => undefined, 50);
    spawnSync('true');
    t.pass();
  `,
    20_000,
  );
  t.ok(passed, output);
  t.end();
});

const leaks: Record<string, { readonly body: string; readonly message: RegExp }> = {
  'a child process': {
    body: `spawn('sleep', ['20'], { stdio: 'ignore' }).unref();`,
    message: /Left behind: process \d+: sleep 20/,
  },
  'a grandchild whose parent is gone': {
    body: `spawnSync('sh', ['-c', 'sleep 20 >/dev/null 2>&1 </dev/null &']);`,
    message: /Left behind: process \d+: sleep 20/,
  },
  'a server': {
    body: `createServer().listen(0, '127.0.0.1'); await new Promise(setImmediate);`,
    message: /Left behind: 1 x TCP\w*/,
  },
  'a timer': { body: `setInterval(() => undefined, 1000);`, message: /Left behind: 1 x Timeout/ },
  'a file': { body: `writeFileSync(folder + '/forgotten.ts', 'x');`, message: /Left behind: file .*forgotten\.ts/ },
};
for (const [name, { body, message }] of Object.entries(leaks)) {
  t.test(`${name} fails the test`, async (t) => {
    const { passed, output } = run(t.testdir(), `${body}\n t.pass();`, 300);
    t.notOk(passed);
    t.match(output, message);
    // Not to do ourselves what we preach against: end what the leaking test left.
    const pid = Number(/process (\d+): sleep/.exec(output)?.[1] ?? 0);
    if (pid > 0) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        /* it is gone already */
      }
      await until(
        'it is gone',
        () => !existsSync(`/proc/${pid}`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      );
    }
  });
}
