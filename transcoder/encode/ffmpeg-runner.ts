import ffmpeg from 'fluent-ffmpeg';
import type { ChildProcess } from 'node:child_process';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { requirePlainFiles } from '../child/folders-of-a-run.ts';
import { lacksRoom, saysDiskFull } from '../child/full-disk.ts';
import { treeUse } from '../child/process-tree.ts';
import {
  howItEnded,
  killGroup,
  prepareChild,
  type PreparedChild,
  type ProcessLimitExceeded,
} from '../child/limited-process.ts';
import { pictureGrowsTooLarge, refusedPicture } from '../probe/picture-limit.ts';
import type { Tools } from '../tools.ts';
import type { FfmpegLimits } from './run-limits.ts';
import { videoProblems } from '../../server/assets/problems.ts';

/** What ffmpeg is told, in its own words. Nothing in it is ever split, quoted or put through a shell. */
export interface FfmpegCommandLine {
  /** Options of the program and of the input. */
  readonly inputOptions: readonly string[];
  /** `file:` URL. */
  readonly input: string;
  readonly filterGraph?: string;
  readonly outputs: readonly { readonly options: readonly string[]; readonly target: string }[];
}

export interface FfmpegProgress {
  /** Frames written to the first video output, 0 without one. */
  readonly frames: number;
  /** How far the output is, in milliseconds of its own time line. */
  readonly outMs: number;
}

export interface FfmpegRunOptions {
  readonly tools: Pick<Tools, 'ffmpeg' | 'confinement'>;
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
  /** Absolute paths of the files that it may read. */
  readonly reads: readonly string[];
  /** Absolute path of the one folder that it may write to. */
  readonly outputDir: string;
  /** What it may use up (`run-limits.ts`). */
  readonly limits: FfmpegLimits;
  /** The largest picture that its decoders accept, in pixels: what they were told, to be told to people. */
  readonly maxPixels: number;
  /** 0 (normal) to 19. */
  readonly niceness: number;
  /**
   * Seconds without progress after which ffmpeg is killed. Until the first frame comes out, computing counts as
   * progress where the system tells of it, for `prerollStalls` times as long: frames before a chunk are decoded unseen.
   */
  readonly stallSeconds: number;
  readonly onProgress?: (progress: FfmpegProgress) => void;
  /** Lines of standard error that are not progress, as they come; returns whether the line is dealt with, not a warning. */
  readonly onLine?: (line: string) => boolean;
}

const noLines = { get: () => '' };
export const prerollStalls = 30;
/** Share of the time that a child must spend computing to count as at work, not as turning in circles while it waits. */
const leastShare = 0.05;
/** What FFmpeg, and x264 in it, say when they get no more memory. */
const outOfMemory = /Cannot allocate memory|malloc of size \d+ failed/;
/** FFmpeg takes the signal for too much processor time (SIGXCPU on most systems) for a wish to end. */
const outOfTime = /received signal 24/;
/** Signals that others send, the system when it runs out of memory among them; a crash is the program's own. */
const fromOutside: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);
const keptLines = 60;
const keptLineLength = 500;

/** Parts of fluent-ffmpeg 2.1 that its types do not show. The version is pinned; the runner's tests cover them. */
interface Internals {
  ffmpegProc?: ChildProcess;
  availableEncoders(callback: (error: Error | null, encoders: object) => void): void;
  _checkCapabilities(callback: (error?: Error) => void): void;
  ffprobe(...args: unknown[]): void;
  setFfmpegPath(path: string): void;
  _spawnFfmpeg(
    args: readonly string[],
    options: object,
    onProcess: (child: ChildProcess, ...rings: unknown[]) => void,
    onEnd: (error: unknown, ...rings: unknown[]) => void,
  ): void;
}

/**
 * Ties fluent-ffmpeg down. It would list formats and encoders before every run and examine the input by calls of its
 * own, without our limits on untrusted files: that is switched off (`findTools` has looked at the encoders once).
 * The process is started as every program that reads what users sent.
 * @param prepare tells how, once its arguments are known
 */
function confine(
  command: ffmpeg.FfmpegCommand,
  prepare: (args: readonly string[]) => Promise<PreparedChild>,
): Internals {
  const internals = command as unknown as Internals;
  const spawnFfmpeg = internals._spawnFfmpeg.bind(command);
  internals._checkCapabilities = (callback) => callback();
  internals.availableEncoders = (callback) => callback(null, {});
  internals.ffprobe = () => undefined;
  internals._spawnFfmpeg = (args, options, onProcess, onEnd) => {
    prepare(args).then(
      (child) => {
        // The path is module-wide in fluent-ffmpeg; it is read in the same tick in which it is set here.
        internals.setFfmpegPath(child.command);
        spawnFfmpeg(
          child.args,
          { ...options, ...child.options },
          onProcess,
          (error, stdout = noLines, stderr = noLines) =>
            // Where the process cannot be started fluent-ffmpeg leaves the rings out, and then crashes for want of them.
            onEnd(error, stdout, stderr),
        );
      },
      (error: unknown) => onEnd(error, noLines, noLines),
    );
  };
  return internals;
}

function build(line: FfmpegCommandLine): ffmpeg.FfmpegCommand {
  const command = ffmpeg({ stdoutLines: keptLines }).input(line.input);
  // Several arguments, not one array: that form is taken word by word, the other is split at spaces.
  command.inputOptions(...line.inputOptions);
  if (line.filterGraph !== undefined) command.complexFilter(line.filterGraph);
  for (const { options, target } of line.outputs) command.output(target).outputOptions(...options);
  return command;
}

/** Reads ffmpeg's `-progress` blocks (`key=value` lines, a block ends with `progress=`). */
class ProgressReader {
  #frames = 0;
  #outMs = 0;

  /** Whether the line belongs to a progress block; `report` is called at the end of one. */
  take(line: string, report: (progress: FfmpegProgress) => void): boolean {
    const match =
      /^(frame|fps|stream_\d+_\d+_q|bitrate|total_size|out_time_us|out_time_ms|out_time|dup_frames|drop_frames|speed|progress)=\s*(\S*)/.exec(
        line,
      );
    if (!match) return false;
    const value = Number(match[2]);
    if (match[1] === 'frame' && Number.isFinite(value)) this.#frames = value;
    if (match[1] === 'out_time_us' && Number.isFinite(value)) this.#outMs = Math.max(0, Math.round(value / 1000));
    if (match[1] === 'progress') report({ frames: this.#frames, outMs: this.#outMs });
    return true;
  }
}

/**
 * The system bounds what is asked for, which is more than what is used: up to half as much again was measured, and each
 * thread has a stack of 8 MB. It is there for what grows faster than it is looked at.
 */
const dataFor = (memoryBytes: number): number => 2 * memoryBytes + 1024 ** 3;

type Limit = ProcessLimitExceeded['limit'];

/** Which limit of the system ended it, if one did. */
function exceeded(exitSignal: NodeJS.Signals | null, said: string, { memoryBytes }: FfmpegLimits): Limit | undefined {
  if (exitSignal === 'SIGXFSZ') return 'disk';
  if (exitSignal === 'SIGXCPU') return 'processor time';
  // Where the machine itself has none left, nothing is said about the file.
  return outOfMemory.test(said) && process.availableMemory() > memoryBytes ? 'memory' : undefined;
}

/** What people are told of a file that makes ffmpeg take more than any file needs. */
function tookTooMuch(limit: Limit, limits: FfmpegLimits, cause: Error): ProblemError {
  const most = {
    memory: `more than ${Math.ceil(limits.memoryBytes / 1e6)} MB of memory`,
    'processor time': `more than ${Math.ceil(limits.cpuSeconds)} seconds of processor time`,
    disk: `more than ${Math.ceil(limits.writtenBytes / 1e6)} MB of disk space`,
    processes: `more than ${limits.processes} processes`,
    time: 'too long',
    output: 'too much output',
  }[limit];
  return new ProblemError(
    videoProblems.media_conversion_limit,
    `Converting this file took ${most}, which no video of its size and length needs. It is damaged, or was made to do that: export the video as H.264 with AAC sound in MP4 and upload that`,
    { cause, extras: { limit } },
  );
}

/**
 * Runs ffmpeg to its end. When this settles, the process and everything it started are gone.
 * @throws ProblemError media_conversion_limit when it takes more than it may, media_too_large_picture when a picture is
 *   larger than `maxPixels`, encode_stalled without progress for `stallSeconds`, insufficient_storage when the disk is full,
 *   encode_failed with the last lines of standard error as `cause` when it ends by itself without success,
 *   encode_interrupted when something else ended it; the signal's reason when aborted
 */
export async function runFfmpeg(line: FfmpegCommandLine, options: FfmpegRunOptions): Promise<void> {
  const { signal, logger } = options;
  signal?.throwIfAborted();
  const command = build(line);
  const { confinement, ffmpeg: program } = options.tools;
  let prepared: PreparedChild | undefined;
  const internals = confine(command, async (args) => {
    prepared = await prepareChild(confinement, {
      command: program.path,
      args,
      reads: options.reads,
      writes: [options.outputDir],
      niceness: options.niceness,
      ...options.limits,
      dataBytes: dataFor(options.limits.memoryBytes),
    });
    return prepared;
  });
  let endWatch = (): void => undefined;
  const tail: string[] = [];
  let diskFull: string | undefined;
  let toldToEnd = false;
  const reader = new ProgressReader();
  let failure: Error | undefined;
  let child: ChildProcess | undefined;
  let exit: { readonly code: number | null; readonly exitSignal: NodeJS.Signals | null } | undefined;
  const began = Date.now();
  let lastMove = began;
  let furthest = -1;
  let computedMs = 0;

  const kill = (reason: Error) => {
    failure ??= reason;
    // With all that it wrote: nothing of it is used.
    killGroup(child?.pid);
  };
  const onAbort = () => kill(toError(signal?.reason));
  const onProgress = (progress: FfmpegProgress) => {
    const position = progress.frames + progress.outMs;
    if (position > furthest) {
      furthest = position;
      lastMove = Date.now();
    }
    options.onProgress?.(progress);
  };
  const watchdog = setInterval(
    () => {
      if (
        furthest <= 0 &&
        child?.pid !== undefined &&
        Date.now() - began <= options.stallSeconds * 1000 * prerollStalls
      ) {
        const computed = treeUse(child.pid)?.cpuMs ?? 0;
        if (computed - computedMs >= options.stallSeconds * 1000 * leastShare) {
          computedMs = computed;
          lastMove = Date.now();
        }
      }
      if (Date.now() - lastMove <= options.stallSeconds * 1000) return;
      kill(
        new ProblemError(videoProblems.encode_stalled, `ffmpeg made no progress for ${options.stallSeconds} seconds`, {
          extras: { stallSeconds: options.stallSeconds },
        }),
      );
    },
    Math.min(1000, options.stallSeconds * 250),
  );
  signal?.addEventListener('abort', onAbort, { once: true });

  const judge = (error: Error): Error => {
    let how = error.message;
    let interrupted = false;
    const said = tail.join('\n');
    if (exit) {
      try {
        const { exitSignal } = howItEnded(confinement, exit.code, exit.exitSignal, said);
        const limit = exceeded(toldToEnd ? 'SIGXCPU' : exitSignal, said, options.limits);
        if (limit) return tookTooMuch(limit, options.limits, new Error(said, { cause: error }));
        if (exitSignal) how = `ffmpeg was killed with signal ${exitSignal}`;
        interrupted = exitSignal !== null && fromOutside.has(exitSignal);
      } catch (unconfinable) {
        return toError(unconfinable);
      }
    }
    const problem = interrupted ? videoProblems.encode_interrupted : videoProblems.encode_failed;
    return new ProblemError(problem, `Encoding failed: ${tail.at(-1) ?? how}`, {
      cause: new Error(`${how}\n${said}`, { cause: error }),
    });
  };

  try {
    await new Promise<void>((resolve, reject) => {
      command
        .on('start', () => {
          child = internals.ffmpegProc;
          child?.once('exit', (code, exitSignal) => {
            exit = { code, exitSignal };
          });
          logger.debug({ pid: child?.pid }, 'ffmpeg started');
          endWatch =
            prepared?.watch(child?.pid, (error) => kill(tookTooMuch(error.limit, options.limits, error))) ?? endWatch;
          // Aborted between the call and the start of the process.
          if (failure) kill(failure);
        })
        .on('stderr', (text: string) => {
          try {
            if (text === '' || reader.take(text, onProgress)) return;
            const picture = refusedPicture(text);
            if (picture) kill(pictureGrowsTooLarge(picture, options.maxPixels));
            toldToEnd ||= outOfTime.test(text);
            if (options.onLine?.(text)) return;
            if (saysDiskFull(text)) diskFull ??= text;
            tail.push(text.slice(0, keptLineLength));
            if (tail.length > keptLines) tail.shift();
          } catch (error) {
            kill(toError(error));
          }
        })
        .on('end', () => resolve())
        .on('error', reject)
        .run();
    });
    await requirePlainFiles([options.outputDir]);
  } catch (error) {
    failure ??= judge(toError(error));
  } finally {
    clearInterval(watchdog);
    endWatch();
    signal?.removeEventListener('abort', onAbort);
    killGroup(child?.pid);
  }
  // Asked however it ended: ffmpeg may call it a success when only the end of a file could not be written.
  if (
    diskFull !== undefined &&
    (!failure || (failure instanceof ProblemError && ['encode_failed', 'encode_interrupted'].includes(failure.code))) &&
    (await lacksRoom(options.outputDir))
  ) {
    throw new ProblemError('insufficient_storage', `The disk is full: ${diskFull}`, { cause: failure });
  }
  if (failure) throw failure;
  if (tail.length > 0) logger.debug({ warnings: tail.slice(-5) }, 'ffmpeg finished with warnings');
}
