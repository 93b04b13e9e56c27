import type { Config } from '../../config/schema.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Tools } from '../tools.ts';
import { ProcessLimitExceeded, runLimited, type LimitedProcessResult } from '../child/limited-process.ts';
import { listedDecoders } from './codecs.ts';
import { checkPicture } from './describe.ts';
import { fileUrl, globalSafetyOptions, untrustedInputOptions } from './input-arguments.ts';
import { pictureGrowsTooLarge, refusedPicture } from './picture-limit.ts';

export interface ProbeOptions {
  /** Absolute path under a server-made name, in a folder where no other user's file lies. */
  readonly path: string;
  readonly limits: Config['media'];
  readonly tools: Tools;
  readonly signal?: AbortSignal;
  readonly logger: Logger;
  /** 0 (normal) to 19 (gives way to everything). Default 10. */
  readonly niceness?: number;
  /** It was made here of an upload: its clock has been seen to. */
  readonly isCopy?: boolean;
  /** Its copy showed that tracks begin far behind its beginning. */
  readonly looksFar?: boolean;
}

/** Far more threads than ffprobe starts. */
const examiningProcesses = 64;
/** Of a run that answers with some hundred records at most. */
const answerBytes = 8 * 1024 * 1024;

interface ChildLimits {
  readonly wallMs?: number;
  /** Default 8 MiB. */
  readonly outputBytes?: number;
  readonly onLine?: (line: string) => void;
}

/** ffprobe on one file: the same limits for every run, the same words for every failure. */
export class Ffprobe {
  readonly #options: ProbeOptions;
  readonly demuxer: string;
  /** Grows by what the tracks of this file need. */
  readonly #openedDecoders = new Set(listedDecoders);
  /** Pixels that a decoder may be given. Shrinks once the header says how large the pictures are. */
  maxPixels: number;
  /** Whether tracks are looked for far behind the beginning. */
  looksFar: boolean;

  constructor(options: ProbeOptions, demuxer: string) {
    this.#options = options;
    this.demuxer = demuxer;
    this.maxPixels = options.limits.maxPixels;
    this.looksFar = options.looksFar ?? false;
  }

  /** Runs ffprobe on the file with these arguments. @throws ProblemError for failures that mean the same whatever was asked */
  async run(args: readonly string[], child: ChildLimits = {}): Promise<LimitedProcessResult> {
    for (;;) {
      const result = await this.#once(args, child);
      if (result.exitCode === 0 || !this.#mayOpenMore(result.stderr)) return result;
    }
  }

  /** Whether ffprobe gave up at decoders that it has not been allowed to open yet. A file has `maxStreams` at most. */
  #mayOpenMore(stderr: string): boolean {
    const before = this.#openedDecoders.size;
    for (const [, decoder] of stderr.matchAll(/Codec \((\w+)\) not on whitelist/g))
      this.#openedDecoders.add(decoder as string);
    return (
      this.#openedDecoders.size > before &&
      this.#openedDecoders.size <= listedDecoders.length + this.#options.limits.maxStreams
    );
  }

  async #once(args: readonly string[], child: ChildLimits): Promise<LimitedProcessResult> {
    const { path, limits, tools, signal, niceness } = this.#options;
    const input = {
      path,
      demuxer: this.demuxer,
      maxPixels: this.maxPixels,
      maxStreams: limits.maxStreams,
      looksFar: this.looksFar,
      openedDecoders: [...this.#openedDecoders],
    };
    try {
      const result = await runLimited({
        command: tools.ffprobe.path,
        args: [
          '-v',
          'error',
          '-threads',
          '1',
          ...globalSafetyOptions,
          ...untrustedInputOptions(input),
          ...args,
          '-i',
          fileUrl(path),
        ],
        reads: [path],
        writes: [],
        confinement: tools.confinement,
        wallMs: child.wallMs ?? limits.probeTimeoutSeconds * 1000,
        outputBytes: child.outputBytes ?? answerBytes,
        addressSpaceBytes: limits.memoryBytes,
        memoryBytes: limits.memoryBytes,
        // It has one thread, and writes to its standard output alone.
        cpuSeconds: (child.wallMs ?? limits.probeTimeoutSeconds * 1000) / 1000,
        fileBytes: 0,
        processes: examiningProcesses,
        signal,
        ...(niceness !== undefined && { niceness }),
        ...(child.onLine && { onLine: child.onLine }),
      });
      this.#judge(result);
      return result;
    } catch (error) {
      if (!(error instanceof ProcessLimitExceeded)) throw error;
      throw new ProblemError(
        videoProblems.media_probe_limit,
        'The file took too much time or memory to examine. Export the video as H.264 in MP4 and upload that',
        { cause: error },
      );
    }
  }

  /**
   * Holds the pictures that decoders were given to the limits; a cover that is too large is no failure unless ffprobe
   * ended for it.
   * @throws ProblemError media_too_large_picture
   */
  checkPictures(stderr: string): void {
    for (const [, width, height] of stderr.matchAll(/Picture size (\d+)x(\d+) (?:is invalid|exceeds)/g))
      checkPicture(Number(width), Number(height), this.#options.limits);
    const refused = refusedPicture(stderr);
    if (refused && this.maxPixels < this.#options.limits.maxPixels) throw pictureGrowsTooLarge(refused, this.maxPixels);
  }

  /** Failures that mean the same whatever was asked. */
  #judge({ stderr, exitCode, exitSignal }: LimitedProcessResult): void {
    if (/exceeds max_streams/.test(stderr)) {
      throw new ProblemError(
        videoProblems.media_too_many_streams,
        `The file has more than the ${this.#options.limits.maxStreams} tracks that are accepted. Export it with fewer tracks and upload that`,
        { extras: { maxTracks: this.#options.limits.maxStreams } },
      );
    }
    if (exitCode === 0) return;
    this.checkPictures(stderr);
    const cause = new Error(`ffprobe ended with ${exitCode ?? exitSignal}: ${stderr.slice(-2000)}`);
    if (/Cannot allocate memory/.test(stderr)) {
      throw new ProblemError(
        videoProblems.media_probe_limit,
        'The file took too much time or memory to examine. Export the video as H.264 in MP4 and upload that',
        { cause },
      );
    }
    // Our own limits do not come here. The system was out of memory, or the server is stopping: ask again another time.
    if (exitSignal !== null) throw cause;
    if (
      /Permission denied|No such file|Input\/output error|error while loading shared libraries|Unrecognized option|Option not found/.test(
        stderr,
      )
    )
      throw cause;
  }
}
