import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Test } from 'tap';
import { until } from './until.ts';

/** A PostgreSQL server of a test's own. */
export interface PostgresServer {
  /** Makes an empty database and answers its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server the way an operator's restart does and starts it again on the same data. */
  restart(): Promise<void>;
}

const prefix = 'dramabox-pg-';
const debianFolder = '/usr/lib/postgresql';

/** The folder of the newest PostgreSQL's server programs (initdb, postgres), or undefined when there is none. */
function findBinaries(): string | undefined {
  const debian = existsSync(debianFolder)
    ? readdirSync(debianFolder)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => path.join(debianFolder, version, 'bin'))
    : [];
  return [...debian, ...(process.env.PATH ?? '').split(path.delimiter)].find(
    (folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')),
  );
}

/** User and group that PostgreSQL is run as when the tests run as root, which it refuses: its own, else nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Removes what a killed test left, once it is surely nobody's any more. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = path.join(tmpdir(), name);
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && stats.mtimeMs < Date.now() - 3_600_000) rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  program: string,
  args: readonly string[],
  identity: { uid: number; gid: number } | undefined,
  cwd: string,
): Promise<void> {
  const child = spawn(program, args, { ...identity, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint}`);
}

/**
 * Starts a server of its own in a temporary folder, on a Unix socket in there only, and stops and removes it when
 * `t` ends. A missing PostgreSQL fails `t` where the environment variable CI is set; elsewhere it answers undefined
 * and says loudly that nothing was tested: `const server = await startPostgres(t); if (!server) return;`
 */
export async function startPostgres(t: Test): Promise<PostgresServer | undefined> {
  const binaries = findBinaries();
  if (!binaries) {
    const message = `PostgreSQL is not installed (looked in ${debianFolder}/*/bin and PATH): NOTHING WAS TESTED AGAINST IT`;
    if (process.env.CI) t.fail(message);
    else t.comment(`SKIPPED: ${message}`);
    return undefined;
  }
  const identity = unprivileged();
  // Not t.testdir(): a socket's path may have 107 bytes at most, and the server's user must reach it.
  removeAbandoned();
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT'); // "fast shutdown": ends connections, leaves clean data
    await ended;
  };
  t.teardown(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const data = path.join(folder, 'data');
  await run(
    path.join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    identity,
    folder,
  );

  const start = async () => {
    // With util-linux at hand the server ends when this process is killed; Node's own options take care of the user.
    const wrapper = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'INT'] : [];
    const [program = '', ...args] = [
      ...wrapper,
      path.join(binaries, 'postgres'),
      '-D',
      data,
      '-k',
      folder,
      '-c',
      'listen_addresses=',
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'max_connections=60',
    ];
    server = spawn(program, args, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    await until(
      'PostgreSQL answers',
      async () => {
        if (server?.exitCode !== null) throw new Error(`PostgreSQL did not start: ${output}`);
        return query('postgres', 'select 1').then(
          () => true,
          () => false,
        );
      },
      { everyMs: 50 },
    );
  };
  const url = (database: string) => `postgres://postgres@/${database}?host=${encodeURIComponent(folder)}`;
  const query = async (database: string, text: string) => {
    const client = new pg.Client({ connectionString: url(database) });
    // A connection that breaks while it is being closed is no news.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await start();
  let databases = 0;
  return {
    async createDatabase() {
      const name = `test_${++databases}`;
      await query('postgres', `create database ${name}`);
      return url(name);
    },
    async restart() {
      await stop();
      await start();
    },
  };
}
