import { spawn } from 'node:child_process';
import { access, constants as fileConstants, realpath } from 'node:fs/promises';
import { constants, getPriority } from 'node:os';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { confinedWords, workingFolder, type ChildRun } from './cage.ts';
import type { Confinement } from './confinement.ts';
import { handOver, requirePlainFiles } from './folders-of-a-run.ts';
import { bytesIn, watchUse, type ExceededUse } from './resource-watch.ts';

export interface LimitedProcessOptions extends ChildRun {
  readonly confinement: Confinement;
  /** Wall-clock milliseconds after which it is killed. */
  readonly wallMs: number;
  /** Bytes of standard output after which it is killed. */
  readonly outputBytes: number;
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
  readonly limit: 'time' | 'output' | ExceededUse;
  constructor(limit: ProcessLimitExceeded['limit'], command: string) {
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

/** What is to be started, and how: without our environment, which holds secrets, in a process group of its own. */
export interface PreparedChild {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly detached: true };
  /** Once it runs: says when all of it together uses too much. Returns what ends that. */
  watch(pid: number | undefined, onExceeded: (error: ProcessLimitExceeded) => void): () => void;
}

/**
 * Where a folder on the way is a link, as `/bin` often is, it is one in the cage, too. The name stays: some programs do
 * what they are called.
 */
const inRealFolder = async (file: string): Promise<string> =>
  path.join(await realpath(path.dirname(file)), path.basename(file));

/**
 * Makes ready what a run touches. Every program that reads what users sent is started by what this returns.
 * @throws the system's error when the program is not there
 */
export async function prepareChild(confinement: Confinement, run: ChildRun): Promise<PreparedChild> {
  // What confines it would start all the same, and then say in words of its own that there is nothing to run.
  await access(run.command, fileConstants.X_OK);
  const command = await inRealFolder(run.command);
  await handOver(confinement, run);
  const niceness = Math.max(0, (run.niceness ?? 0) - getPriority());
  const [first = '', ...args] = confinedWords(confinement, { ...run, command, niceness });
  const before = run.writtenBytes === undefined ? 0 : await bytesIn(run.writes);
  return {
    command: first,
    args,
    options: { env: {}, cwd: confinement.hidesFiles ? '/' : workingFolder(run), detached: true },
    watch: (pid, onExceeded) =>
      pid === undefined
        ? () => undefined
        : watchUse(pid, run, run.writes, before, (limit) => onExceeded(new ProcessLimitExceeded(limit, run.command))),
  };
}

/** What confines says so on a line of its own when it cannot; then the program did not run. */
const confinementFailed =
  /^(?:bwrap|unshare|setpriv|prlimit|nice|cage|mount|umount|pivot_root|mkdir|ln|sh|[^ ]*cage\.sh): .*/;

/** Signals that a program may have died of, by the exit code that those who started it for us give for them. */
const signalsByCode = new Map(
  (
    [
      'SIGHUP',
      'SIGINT',
      'SIGQUIT',
      'SIGILL',
      'SIGABRT',
      'SIGBUS',
      'SIGFPE',
      'SIGKILL',
      'SIGSEGV',
      'SIGPIPE',
      'SIGTERM',
    ] as const
  )
    .concat(['SIGXCPU', 'SIGXFSZ', 'SIGSYS'] as never[])
    .map((signal) => [128 + constants.signals[signal], signal as NodeJS.Signals]),
);

/**
 * How the program itself ended.
 * @throws Error when it could not be confined: nothing is said of what it would have read
 */
export function howItEnded(
  confinement: Confinement,
  exitCode: number | null,
  exitSignal: NodeJS.Signals | null,
  stderr: string,
): Pick<LimitedProcessResult, 'exitCode' | 'exitSignal'> {
  const failure = exitCode === 0 || exitCode === null ? undefined : confinementFailed.exec(stderr)?.[0];
  if (failure !== undefined) throw new Error(`A program could not be confined: ${failure}`);
  const signal = confinement.way === 'none' ? undefined : signalsByCode.get(exitCode ?? 0);
  return signal ? { exitCode: null, exitSignal: signal } : { exitCode, exitSignal };
}

/**
 * Runs a program to its end in a process group of its own, without a shell, without standard input, within limits.
 * When this rejects or resolves, no process of the group is left.
 * @throws ProcessLimitExceeded; UnexpectedOutput; the signal's reason when aborted; the system's error when it cannot
 *   be started
 */
export async function runLimited(options: LimitedProcessOptions): Promise<LimitedProcessResult> {
  options.signal?.throwIfAborted();
  const prepared = await prepareChild(options.confinement, { ...options, niceness: options.niceness ?? 10 });
  options.signal?.throwIfAborted();
  const child = spawn(prepared.command, prepared.args, { ...prepared.options, stdio: ['ignore', 'pipe', 'pipe'] });

  let failure: Error | undefined;
  const stop = (reason: unknown) => {
    failure ??= reason instanceof Error ? reason : new Error('Aborted', { cause: reason });
    killGroup(child.pid);
  };
  const onAbort = () => stop(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop(new ProcessLimitExceeded('time', options.command)), options.wallMs);
  const endWatch = prepared.watch(child.pid, stop);

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
    const ended = howItEnded(options.confinement, exitCode, exitSignal, stderr);
    await requirePlainFiles(options.writes);
    return { ...ended, stdout: options.onLine ? '' : stdout, stderr };
  } finally {
    clearTimeout(timer);
    endWatch();
    options.signal?.removeEventListener('abort', onAbort);
  }
}
