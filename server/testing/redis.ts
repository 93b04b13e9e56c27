import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { Test } from 'tap';
import { freePort } from './free-port.ts';
import { notTested } from './not-tested.ts';
import { until } from './until.ts';

/** A real Redis server of a test's own, which is empty at first. */
export interface RedisServer {
  /** With a password, which belongs into no log. The same after every start. */
  readonly url: string;
  /** Stops it the way an operator does. */
  stop(): Promise<void>;
  /** Kills it. Its data stays: every write is in its log before it is answered. */
  kill(): Promise<void>;
  /** Starts it again, with its data or as an empty server. */
  start(options?: { readonly withoutData?: boolean }): Promise<void>;
  /** Lets it hang: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
}

function findRedis(): string | undefined {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .concat('/usr/bin', '/usr/local/bin')
    .map((folder) => path.join(folder, 'redis-server'))
    .find((file) => existsSync(file));
}

class RedisProcess implements RedisServer {
  readonly #program: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #password = randomBytes(12).toString('hex');
  #server: ChildProcess | undefined;

  constructor(program: string, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.#port = port;
  }

  get url(): string {
    return `redis://:${this.#password}@127.0.0.1:${this.#port}/0`;
  }

  async start({ withoutData = false }: { readonly withoutData?: boolean } = {}): Promise<void> {
    if (withoutData) rmSync(path.join(this.#folder, 'appendonlydir'), { recursive: true, force: true });
    // With util-linux at hand the server ends when this process is killed.
    const wrapper = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];
    const settings = {
      port: String(this.#port),
      bind: '127.0.0.1',
      dir: this.#folder,
      requirepass: this.#password,
      appendonly: 'yes',
      save: '',
      'maxmemory-policy': 'noeviction',
    };
    const [program = '', ...args] = [
      ...wrapper,
      this.#program,
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ];
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#server = server;
    let output = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    const probe = new Redis(this.url, { lazyConnect: true, retryStrategy: null });
    probe.on('error', () => undefined);
    await until(
      'Redis answers',
      async () => {
        if (server.exitCode !== null) throw new Error(`Redis did not start: ${output}`);
        return probe
          .connect()
          .then(() => probe.ping())
          .then(
            () => true,
            () => false,
          );
      },
      { everyMs: 20 },
    ).finally(() => {
      probe.disconnect();
    });
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill(signal);
    await ended;
  }

  freeze(): void {
    this.#server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#server?.kill('SIGCONT');
  }
}

/**
 * Starts a Redis server, which is stopped and removed when `t` ends. A missing redis-server fails `t` where the
 * environment variable CI is set; elsewhere undefined is returned, and it says loudly that nothing was tested:
 * `const server = await startRedis(t); if (!server) return;`
 */
export async function startRedis(t: Test): Promise<RedisServer | undefined> {
  const program = findRedis();
  if (!program) return notTested(t, 'redis-server is not installed: NOTHING WAS TESTED AGAINST IT');
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-redis-'));
  const server = new RedisProcess(program, folder, await freePort());
  t.teardown(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await server.start();
  return server;
}
