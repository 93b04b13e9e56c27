import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { Config } from '../../../config/schema.ts';
import { environmentName, listOptions } from '../../../config/schema.ts';

const main = path.join(import.meta.dirname, '../../main.ts');

/** The settings of a config as environment variables, as an operator would give them to a process. */
function asEnvironment(config: Config): Record<string, string> {
  return Object.fromEntries(
    listOptions().map(({ path: keys }) => {
      const value = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config);
      return [environmentName(keys), Array.isArray(value) ? value.join(',') : String(value)];
    }),
  );
}

/** A server in a process of its own, so that it can be killed. */
export class ServerProcess {
  readonly url: string;
  /** Its log, line by line, until it listened. */
  readonly printed: readonly string[];
  readonly #child: ChildProcess;

  private constructor(url: string, printed: readonly string[], child: ChildProcess) {
    this.url = url;
    this.printed = [...printed];
    this.#child = child;
  }

  /**
   * Resolves once it listens.
   * @param before words of a command that starts it, in the same process
   * @param role what it does; everything unless told
   * @throws Error with what it printed when it ends instead
   */
  static async start(
    config: Config,
    { before = [], role }: { readonly before?: readonly string[]; readonly role?: string } = {},
  ): Promise<ServerProcess> {
    const roles = role === undefined ? [] : ['--role', role];
    const [command = '', ...args] = [...before, process.execPath, main, 'serve', ...roles];
    const child = spawn(command, args, {
      env: { ...process.env, ...asEnvironment({ ...config, log: { level: 'info', pretty: false } }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    child.stderr.on('data', (data: Buffer) => printed.push(data.toString()));
    const lines = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        printed.push(line);
        if (process.env['DRAMABOX_TEST_LOG']) process.stderr.write(`${line}\n`);
        const record = JSON.parse(line) as { msg?: string; url?: string };
        if (record.msg === 'listening' && record.url) resolve(record.url);
      });
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${printed.join('\n')}`)));
    });
    return new ServerProcess(url, printed, child);
  }

  /** Ends it and waits until it is gone. Returns the exit code, null when the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit') as Promise<[number | null]>;
    this.#child.kill(signal);
    return (await exited)[0];
  }
}
