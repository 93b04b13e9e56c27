import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { until } from './until.ts';

/** Where Debian puts PostgreSQL's server programs, by version. */
export const debianFolder = '/usr/lib/postgresql';

/** The folder of the newest PostgreSQL's server programs (initdb, postgres), or undefined when there is none. */
export function findBinaries(): string | undefined {
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

/** Where a server has no port of its own: only the name of its socket depends on it. */
const usualPort = 5432;

/** The URL of a database of the server whose folder this is. */
export const urlOf = (folder: string, database: string, port = usualPort): string =>
  `postgres://postgres@/${database}?host=${encodeURIComponent(folder)}${port === usualPort ? '' : `&port=${port}`}`;

/** Runs one statement on a connection of its own. */
export async function runStatement(folder: string, database: string, text: string, port?: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(folder, database, port) });
  // A connection that breaks while it is being closed is no news.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** A PostgreSQL server that listens on a Unix socket in its own folder, and nowhere else unless its settings say so. */
export class PostgresProcess {
  readonly #binaries: string;
  readonly #folder: string;
  readonly #identity = unprivileged();
  readonly #port: number | undefined;
  readonly #settings: readonly string[];
  #server: ChildProcess | undefined;

  /**
   * @param folder made anew, short (a socket's path may have 107 bytes at most), and reachable for other users
   * @param options `settings`: `name=value`, over those that tests have otherwise
   */
  constructor(
    binaries: string,
    folder: string,
    options: { readonly port?: number; readonly settings?: readonly string[] } = {},
  ) {
    this.#port = options.port;
    this.#settings = options.settings ?? [];
    this.#binaries = binaries;
    this.#folder = folder;
  }

  /** Makes an empty cluster. */
  async init(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    if (this.#identity) chownSync(this.#folder, this.#identity.uid, this.#identity.gid);
    await run(
      path.join(this.#binaries, 'initdb'),
      ['-D', path.join(this.#folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      this.#identity,
      this.#folder,
    );
  }

  /** Starts the server and waits until it takes connections. */
  async start(): Promise<void> {
    // With util-linux at hand the server ends when this process is killed; Node's own options take care of the user.
    const wrapper = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'INT'] : [];
    const settings = [
      'listen_addresses=',
      'fsync=off',
      'full_page_writes=off',
      'max_connections=200',
      ...(this.#port === undefined ? [] : [`port=${this.#port}`]),
      ...this.#settings,
    ];
    const [program = '', ...args] = [
      ...wrapper,
      path.join(this.#binaries, 'postgres'),
      '-D',
      path.join(this.#folder, 'data'),
      '-k',
      this.#folder,
      ...settings.flatMap((setting) => ['-c', setting]),
    ];
    const server = spawn(program, args, { ...this.#identity, cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    let output = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    await until(
      'PostgreSQL answers',
      async () => {
        if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${output}`);
        return runStatement(this.#folder, 'postgres', 'select 1', this.#port).then(
          () => true,
          () => false,
        );
      },
      { everyMs: 50 },
    );
  }

  /**
   * Stops the server: the way an operator's restart does ("fast": ends connections, leaves clean data), or at once, so
   * that its next start is a recovery ("immediate").
   */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }
}
