import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BenchError } from './bench-error.ts';
import type { Releasers } from './releasers.ts';

export interface ChildOptions<T> {
  /** What it is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** Told each line that it prints until it is ready; what it returns then, other than undefined, is the result. */
  readonly ready: (line: string) => T | undefined;
  /** Told each line that it prints after that. */
  readonly heard?: (line: string) => void;
  readonly releasers: Releasers;
}

export interface Child<T> {
  readonly pid: number;
  readonly ready: T;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** Lines kept for the message, should it end before it is ready. */
const mostLines = 40;
/** How long a process may take to become ready (only a failure waits that long), and to end, in milliseconds. */
const patienceMs = 240_000;
const stopMs = 40_000;

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (isOver(child) || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await gone;
  clearTimeout(force);
}

/**
 * Starts a program that serves until it is told to end, and waits until it says that it is ready.
 * @throws BenchError with what it printed when it ends, or takes too long, instead
 */
export async function startChild<T>(options: ChildOptions<T>): Promise<Child<T>> {
  const { name, command, args, environment = process.env, folder, releasers } = options;
  const child = spawn(command, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  releasers.add(name, () => end(child));
  const printed: string[] = [];
  const outcome = Promise.withResolvers<T>();
  let isReady = false;
  const listen = (line: string): void => {
    if (isReady) return options.heard?.(line);
    printed.push(line);
    if (printed.length > mostLines) printed.shift();
    const result = options.ready(line);
    if (result === undefined) return undefined;
    isReady = true;
    outcome.resolve(result);
    return undefined;
  };
  // Read to the end, too, or a full pipe would stop it.
  for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on('line', listen);
  const fail = (how: string): void => {
    outcome.reject(new BenchError(`${name} ${how}\n${printed.join('\n')}`));
  };
  child.once('error', (error) => fail(`could not be started: ${error.message}`));
  child.once('exit', (code, signal) => fail(`ended with ${code ?? signal} before it was ready:`));
  const timer = setTimeout(() => fail(`was not ready within ${patienceMs / 1000} s:`), patienceMs);
  try {
    return { pid: child.pid ?? 0, ready: await outcome.promise, stop: () => end(child) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a program to its end and returns what it printed.
 * @param started told its process id
 * @throws BenchError when it cannot be started, or ends with another code than 0
 */
export async function runChild(options: {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  readonly releasers: Releasers;
  readonly started?: (pid: number) => void;
}): Promise<string> {
  const { name, command, args, environment = process.env, folder, releasers } = options;
  const child = spawn(command, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  releasers.add(name, () => end(child));
  if (child.pid !== undefined) options.started?.(child.pid);
  let output = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints = `${complaints}${data.toString()}`.slice(-4000)));
  const [code, signal] = await (once(child, 'close') as Promise<[number | null, string | null]>).catch(
    (error: unknown) => {
      throw new BenchError(`${name} could not be started: ${(error as Error).message}`, { cause: error });
    },
  );
  if (code !== 0) throw new BenchError(`${name} ended with ${code ?? signal}:\n${complaints}${output.slice(-2000)}`);
  return output;
}
