import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { withLock } from './lock.mjs';
import { isReachable } from './reachable.mjs';
import { hashFiles, isStamped, listFiles, stamp } from './stamp.mjs';

const here = import.meta.dirname;

/** Runs a line of JavaScript against the set-up, in a process of its own. */
async function run(
  code: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const answer = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    cwd: here,
    env: { ...process.env, ...environment },
  }).then(
    (ended) => ({ code: 0, ...ended }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: answer.code, stdout: answer.stdout, stderr: answer.stderr };
}

/** A folder with programs that are small shell scripts. */
function programs(t: Test, scripts: Record<string, string>): string {
  const folder = t.testdir(
    Object.fromEntries(Object.entries(scripts).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`])),
  );
  for (const name of Object.keys(scripts)) chmodSync(path.join(folder, name), 0o755);
  return folder;
}

t.test('one at a time', async (t) => {
  const root = t.testdir();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const holder = withLock(root, async () => {
    order.push('first in');
    entered.resolve();
    await first.promise;
    order.push('first out');
  });
  await entered.promise;
  const waiting = withLock(root, async () => {
    order.push('second in');
  });
  first.resolve();
  await Promise.all([holder, waiting]);
  t.same(order, ['first in', 'first out', 'second in']);
  t.notOk(existsSync(path.join(root, '.setup.lock')));
});

t.test('the lock of a killed process does not hold without end', async (t) => {
  const root = t.testdir({ '.setup.lock': { holder: '1' } });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path.join(root, '.setup.lock', 'holder'), longAgo, longAgo);
  t.equal(await withLock(root, async () => 'done'), 'done');
  await t.rejects(
    withLock(root, async () => {
      throw new Error('inside');
    }),
    { message: 'inside' },
  );
  t.equal(await withLock(root, async () => 'again'), 'again', 'it is given back after a failure');
});

t.test('stamps follow content, not times', async (t) => {
  const root = t.testdir({ src: { 'a.ts': 'one', dist: { 'b.js': '' }, deep: { 'c.ts': 'three' } } });
  const files = await listFiles(path.join(root, 'src'), ['dist']);
  t.same(
    files.map((file) => path.relative(root, file)),
    ['src/a.ts', 'src/deep/c.ts'],
  );
  const before = await hashFiles(files);
  await stamp(root, 'x', before);
  utimesSync(path.join(root, 'src', 'a.ts'), new Date(0), new Date(0));
  t.ok(await isStamped(root, 'x', await hashFiles(files)));
  writeFileSync(path.join(root, 'src', 'a.ts'), 'two');
  t.notOk(await isStamped(root, 'x', await hashFiles(files)));
});

t.test('whether a site can be reached', async (t) => {
  const server = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const { port } = server.address() as AddressInfo;
  t.equal(await isReachable(`http://127.0.0.1:${port}`, {}), true);
  t.equal(await isReachable('https://192.0.2.1', { HTTPS_PROXY: `http://127.0.0.1:${port}` }), true, 'by its proxy');
  t.equal(await isReachable('https://192.0.2.1', { HTTPS_PROXY: 'no address' }), false);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  t.equal(await isReachable(`http://127.0.0.1:${port}`, {}), false);
});

t.test('missing programs are installed by the package manager that is there', async (t) => {
  const bin = programs(t, {
    // "Installs" ffmpeg and ffprobe beside itself and writes down how it was called.
    'apt-get':
      'echo "$DEBIAN_FRONTEND $*" >> "$BIN/calls"; case "$*" in *install*) for p in ffmpeg ffprobe; do printf "#!/bin/sh\\n" > "$BIN/$p"; /bin/chmod +x "$BIN/$p"; done;; esac',
    env: 'exec /usr/bin/env "$@"',
    sudo: '[ "$1" = -n ] && shift; exec "$@"',
    true: 'exit 0',
  });
  const code = `import { ensurePrograms } from ${JSON.stringify(path.join(here, 'programs.mjs'))};
    await ensurePrograms(['ffmpeg'], ${JSON.stringify(bin)}, { required: true });`;
  const environment = { PATH: bin, BIN: bin };
  const first = await run(code, environment);
  t.equal(first.code, 0, first.stderr);
  t.match(first.stderr, /^Installing ffmpeg \(apt-get\) \.\.\. \d+ s\n$/);
  t.match(
    readFileSync(path.join(bin, 'calls'), 'utf8'),
    /^noninteractive .*update\nnoninteractive .*install --no-install-recommends ffmpeg\n$/,
  );
  const second = await run(code, environment);
  t.same([second.code, second.stderr], [0, ''], 'nothing to do, nothing to say');
});

t.test('where that does not work, one line says what to install', async (t) => {
  const code = (
    required: boolean,
    root: string,
  ): string => `import { ensurePrograms } from ${JSON.stringify(path.join(here, 'programs.mjs'))};
    await ensurePrograms(['ffmpeg', 'redis'], ${JSON.stringify(root)}, { required: ${required} }).catch((error) => { console.error(error.message); process.exitCode = 1; });`;
  const empty = programs(t, {});
  const none = await run(code(true, empty), { PATH: empty });
  t.same([none.code, none.stderr], [1, 'Missing: ffmpeg, redis. Please install them.\n']);
  const optional = await run(code(false, empty), { PATH: empty });
  t.same([optional.code, optional.stderr], [0, 'Missing: ffmpeg, redis. Please install them.\n']);
  const failing = programs(t, {
    dnf: 'echo "no such package" >&2; exit 1',
    env: 'exec /usr/bin/env "$@"',
    sudo: '[ "$1" = -n ] && shift; exec "$@"',
    true: 'exit 0',
  });
  const failed = await run(code(true, failing), { PATH: failing });
  t.equal(failed.code, 1);
  t.match(
    failed.stderr,
    /no such package\nMissing: ffmpeg, redis\. Install them with: sudo dnf install -y ffmpeg redis\n$/,
  );
  const useless = programs(t, {
    dnf: 'exit 0',
    env: 'exec /usr/bin/env "$@"',
    sudo: '[ "$1" = -n ] && shift; exec "$@"',
    true: 'exit 0',
  });
  t.match((await run(code(true, useless), { PATH: useless })).stderr, /did not bring ffmpeg, redis/);
});

t.test('the command gets arguments and signals, its exit code comes back', async (t) => {
  const root = t.testdir({
    'command.mjs': `
    process.on('SIGTERM', () => { console.log('stopping'); process.exit(7); });
    console.log('ready', ...process.argv.slice(2));
    setInterval(() => {}, 1000);`,
  });
  const code = `import { handOver } from ${JSON.stringify(path.join(here, 'hand-over.mjs'))};
    await handOver(process.execPath, [${JSON.stringify(path.join(root, 'command.mjs'))}, '--port', '0', 'a b'], ${JSON.stringify(root)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.includes('\n')) ready.resolve();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  await ready.promise;
  t.equal(output, 'ready --port 0 a b\n');
  child.kill('SIGTERM');
  t.equal(await ended, 7);
  t.equal(output, 'ready --port 0 a b\nstopping\n');
});

t.test('an unknown command and an old Node end in one line', async (t) => {
  const bootstrap = path.join(here, '..', 'bootstrap.mjs');
  const wrong = await run(`process.argv = ['node', 'bootstrap', 'fly']; await import(${JSON.stringify(bootstrap)});`);
  t.equal(wrong.code, 2);
  t.match(wrong.stderr, /^There is no command "fly"\. Commands: demo, start, .*\n$/);
  const old = await run(
    `Object.defineProperty(process, 'versions', { value: { node: '18.19.0' } }); await import(${JSON.stringify(bootstrap)});`,
  );
  t.equal(old.code, 1);
  t.match(old.stderr, /^Dramabox needs Node 20 or newer.*\n$/);
});
