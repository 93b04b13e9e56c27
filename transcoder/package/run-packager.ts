import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../server/kit/errors.ts';
import { lacksRoom } from '../child/full-disk.ts';
import { ProcessLimitExceeded, runLimited, type LimitedProcessResult } from '../child/limited-process.ts';
import type { Tools } from '../tools.ts';
import { packageFailed, PackagerInterrupted } from './failure.ts';

/** What runs the packager. */
export type PackagerTools = Pick<Tools, 'packager' | 'confinement'>;

export interface PackagerRun {
  readonly tools: PackagerTools;
  readonly arguments: readonly string[];
  /** Working folder: input and output names are relative to it. */
  readonly folder: string;
  /** Name of what is packaged, in the folder. Nothing that comes out is much larger. */
  readonly input: string;
  readonly signal: AbortSignal;
  /** Limit of the wall clock, and of the processor time, in milliseconds. */
  readonly timeoutMs: number;
}

const keptOutput = 4096;
/** It is told to be quiet. */
const outputBytes = 1024 * 1024;
/** It maps about 1 GiB and uses less than 100 MiB of it; what it holds of a piece is a segment. */
const addressSpaceBytes = 4 * 1024 ** 3;
const memoryBytes = 1024 ** 3;
/** A thread for each input and output, and some. */
const processes = 128;
const largestFile = (inputBytes: number): number => 2 * inputBytes + 16 * 1024 * 1024;
const endedFromOutside: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/**
 * Runs the packager to its end, confined as every program that reads what users sent: without network and without our
 * environment, within limits, in a process group of its own that does not outlive this process. Resolves only after it
 * is gone.
 * @throws ProblemError package_failed when it fails or takes too much, insufficient_storage when the disk is full;
 * PackagerInterrupted when it cannot start or is killed; the signal's reason when aborted
 */
export async function runPackager(run: PackagerRun): Promise<void> {
  run.signal.throwIfAborted();
  const { exitCode, exitSignal, stderr } = await start(run);
  if (exitCode === 0) return;
  // It does not say why it could not write; with what it wrote still there, the file system does.
  if (await lacksRoom(run.folder))
    throw new ProblemError('insufficient_storage', 'The disk is full: packaging cannot go on.');
  // A crash of its own (SIGSEGV, SIGABRT), or a limit that it exceeded, may come from what it reads.
  if (exitSignal && endedFromOutside.has(exitSignal))
    throw new PackagerInterrupted(`The packager was ended by ${exitSignal}`);
  throw packageFailed(
    `The packager ended with ${exitSignal ?? `code ${exitCode}`}`,
    new Error(stderr.slice(-keptOutput).trim() || 'It said nothing'),
  );
}

async function start(run: PackagerRun): Promise<LimitedProcessResult> {
  const { packager, confinement } = run.tools;
  const input = await stat(path.join(run.folder, run.input));
  try {
    return await runLimited({
      command: packager.path,
      args: run.arguments,
      reads: [],
      writes: [run.folder],
      confinement,
      wallMs: run.timeoutMs,
      cpuSeconds: run.timeoutMs / 1000,
      outputBytes,
      addressSpaceBytes,
      memoryBytes,
      processes,
      fileBytes: largestFile(input.size),
      writtenBytes: 2 * largestFile(input.size),
      niceness: 0,
      signal: run.signal,
    });
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof ProcessLimitExceeded)
      throw packageFailed(
        error.limit === 'time'
          ? `The packager took longer than ${run.timeoutMs} ms`
          : `The packager took too much ${error.limit}`,
        error,
      );
    if (error instanceof Error && 'syscall' in error)
      throw new PackagerInterrupted('The packager cannot be started', { cause: error });
    throw error;
  }
}
