import { spawn } from 'node:child_process';
import { ProblemError } from '../../server/kit/errors.ts';
import { lacksRoom } from '../child/full-disk.ts';
import { killGroup } from '../child/limited-process.ts';
import { packageFailed, PackagerInterrupted } from './failure.ts';

export interface PackagerRun {
  /** The Shaka Packager binary. */
  readonly packagerPath: string;
  readonly arguments: readonly string[];
  /** Working folder: input and output names are relative to it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Wall-clock limit in milliseconds. */
  readonly timeoutMs: number;
}

const keptOutput = 4096;
const endedFromOutside: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * Runs the packager to its end in a process group of its own, which is killed when the signal aborts or time is up.
 * Resolves only after the process is gone.
 * @throws ProblemError package_failed when it fails or takes too long, insufficient_storage when the disk is full;
 * PackagerInterrupted when it cannot start or is killed; the signal's reason when aborted
 */
export async function runPackager(run: PackagerRun): Promise<void> {
  run.signal.throwIfAborted();
  // No environment: the binary needs none, and ours holds secrets.
  const child = spawn(run.packagerPath, [...run.arguments], {
    cwd: run.folder,
    detached: true,
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutput);
  });
  let timedOut = false;
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) killGroup(child.pid);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, run.timeoutMs);
  run.signal.addEventListener('abort', kill, { once: true });
  try {
    const { code, killedBy } = await new Promise<{ code: number | null; killedBy: NodeJS.Signals | null }>(
      (resolve, reject) => {
        child.once('error', (error) =>
          reject(new PackagerInterrupted('The packager cannot be started', { cause: error })),
        );
        child.once('close', (exitCode, signal) => resolve({ code: exitCode, killedBy: signal }));
      },
    );
    run.signal.throwIfAborted();
    if (timedOut) throw packageFailed(`The packager took longer than ${run.timeoutMs} ms`);
    if (code !== 0) {
      // It does not say why it could not write; with what it wrote still there, the file system does.
      if (await lacksRoom(run.folder))
        throw new ProblemError('insufficient_storage', 'The disk is full: packaging cannot go on.');
      // A crash of its own (SIGSEGV, SIGABRT) may come from what it reads.
      if (killedBy && endedFromOutside.has(killedBy))
        throw new PackagerInterrupted(`The packager was ended by ${killedBy}`);
      throw packageFailed(
        `The packager ended with ${killedBy ?? `code ${code}`}`,
        new Error(output.trim() || 'It said nothing'),
      );
    }
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', kill);
  }
}
