import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { confinementWords, type Confinement, type ProcessLimits } from './confinement.ts';

export interface LimitedProcessOptions extends ProcessLimits {
  readonly command: string;
  readonly args: readonly string[];
  readonly confinement: Confinement;
  /** Wall-clock milliseconds after which it is killed. */
  readonly wallMs: number;
  /** Bytes of standard output after which it is killed. */
  readonly outputBytes: number;
  /** Working folder. Default: this process's own. */
  readonly cwd?: string;
  /** Default: this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** 0 (normal) to 19 (gives way to everything). Default 10. */
  readonly niceness?: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes standard output line by line instead of collecting it. What it throws ends the process and is thrown on. */
  readonly onLine?: (line: string) => void;
}

export interface LimitedProcessResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
  /** Empty with `onLine`. */
  readonly stdout: string;
  /** The last 16 KiB of standard error. */
  readonly stderr: string;
}

/** A child was killed because it took more than it was given. */
export class ProcessLimitExceeded extends Error {
  override readonly name = 'ProcessLimitExceeded';
  readonly limit: 'time' | 'output';
  constructor(limit: 'time' | 'output', command: string) {
    super(`${command} was stopped: it exceeded its limit of ${limit}`);
    this.limit = limit;
  }
}

const stderrTailLength = 16 * 1024;

/** Kills a detached child with everything it started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Gives a running child a lower priority; a child that has already ended is no error. */
export function lowerPriority(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    if (!/ESRCH|EACCES/.test((error as Error).message)) throw error;
  }
}

/**
 * Runs a program to its end in a process group of its own, without a shell, without standard input, within limits.
 * When this rejects or resolves, no process of the group is left.
 * @throws ProcessLimitExceeded; the signal's reason when aborted; the spawn error when it cannot be started
 */
export async function runLimited(options: LimitedProcessOptions): Promise<LimitedProcessResult> {
  options.signal?.throwIfAborted();
  const words = [...confinementWords(options.confinement, options), options.command, ...options.args];
  const child = spawn(words[0] as string, words.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: options.cwd,
    env: options.env ?? process.env,
  });
  lowerPriority(child.pid, options.niceness ?? 10);

  let failure: Error | undefined;
  const stop = (reason: unknown) => {
    failure ??= reason instanceof Error ? reason : new Error('Aborted', { cause: reason });
    killGroup(child.pid);
  };
  const onAbort = () => stop(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop(new ProcessLimitExceeded('time', options.command)), options.wallMs);

  const decoder = new StringDecoder('utf8');
  let bytes = 0;
  let stdout = '';
  const takeLines = (text: string) => {
    stdout += text;
    let from = 0;
    for (let end = stdout.indexOf('\n'); end >= 0; end = stdout.indexOf('\n', from)) {
      if (failure) return;
      options.onLine?.(stdout.slice(from, end));
      from = end + 1;
    }
    stdout = stdout.slice(from);
  };
  child.stdout.on('data', (data: Buffer) => {
    if (failure) return;
    bytes += data.length;
    if (bytes > options.outputBytes) return stop(new ProcessLimitExceeded('output', options.command));
    try {
      if (options.onLine) takeLines(decoder.write(data));
      else stdout += decoder.write(data);
    } catch (error) {
      stop(error);
    }
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrTailLength);
  });

  try {
    const [exitCode, exitSignal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve([code, signal]));
    });
    if (!failure && options.onLine && stdout !== '') options.onLine(stdout);
    if (failure) throw failure;
    return { exitCode, exitSignal, stdout: options.onLine ? '' : stdout, stderr };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}
