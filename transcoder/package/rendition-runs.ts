import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { EncodingPlan } from '../plan.ts';
import type { Segment } from '../publish/presentation.ts';
import type { Semaphore } from '../../server/kit/semaphore.ts';
import { packageFailed } from './failure.ts';
import { publishedInitSegment, readInitSegment, type InitSegment } from './init-segment.ts';
import { packagerArguments, runFiles } from './packager-arguments.ts';
import { runPackager, type PackagerTools } from './run-packager.ts';
import { audioFrameTicks, durationTicks, frameTicks, ticksPerSecond } from '../timeline.ts';

export interface RenditionOptions {
  readonly plan: EncodingPlan;
  readonly renditionName: string;
  readonly tools: PackagerTools;
  /** A private folder that exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Shared by all renditions: how many packagers run at the same time. */
  readonly limit: Semaphore;
}

/** A segment that is checked and final, with the local file that holds it. */
export interface PackagedSegment {
  readonly segment: Segment;
  readonly file: string;
}

/** What one piece of a rendition became. The files are valid until the next piece is asked for. */
export interface PackagedPiece {
  readonly init: InitSegment;
  /** The bytes of `init.mp4`: the same for every piece of a rendition. */
  readonly initData: Buffer;
  readonly segments: readonly PackagedSegment[];
}

/** Turns the pieces of one rendition, in order, into segments. @throws ProblemError package_failed */
export type PackageRendition = (
  options: RenditionOptions,
  pieces: AsyncIterator<Readable>,
) => AsyncGenerator<PackagedPiece>;

/** Far longer than a remux of one piece takes on a slow disk. */
const runTimeoutMs = 10 * 60 * 1000;

export interface RunResult {
  /** The same for every run. */
  readonly init: InitSegment;
  readonly initData: Buffer;
  /** How many ticks later than their time the packager shows the pictures of this run's segments, edit list apart. */
  readonly delayTicks: number;
  /** Segment files in order, as the packager wrote them. */
  readonly files: readonly string[];
}

/**
 * Packager runs of one rendition. Each is a process of its own over one file, so that it ends with its last segment
 * written (a packager that reads on holds the last one back), and nothing of it outlives a kill.
 */
export class RenditionRuns {
  readonly #options: RenditionOptions;
  readonly #kind: 'video' | 'audio';
  #number = 0;
  #initData: Buffer | undefined;

  constructor(options: RenditionOptions, kind: 'video' | 'audio') {
    this.#options = options;
    this.#kind = kind;
  }

  /** A file beside the runs, for input that is being put together. */
  file(name: string): string {
    return path.join(this.#options.folder, name);
  }

  /** Packages a local MPEG-TS file, which is used up. The result of the run before is removed. */
  async run(input: string): Promise<RunResult> {
    const { plan, tools, signal, limit } = this.#options;
    await rm(this.#folder(), { recursive: true, force: true });
    this.#number++;
    const folder = this.#folder();
    await mkdir(folder);
    await rename(input, path.join(folder, runFiles.input));
    await limit.run(() =>
      runPackager({
        tools,
        arguments: packagerArguments(plan, this.#kind),
        folder,
        input: runFiles.input,
        signal,
        timeoutMs: runTimeoutMs,
      }),
    );
    await rm(path.join(folder, runFiles.input));
    const names = (await readdir(folder)).filter((name) => runFiles.segment.test(name)).toSorted();
    if (names.length === 0)
      throw packageFailed(`The packager made nothing of a piece of ${this.#options.renditionName}`);
    return {
      ...(await this.#readInit(path.join(folder, runFiles.init))),
      files: names.map((name) => path.join(folder, name)),
    };
  }

  async #readInit(file: string): Promise<Omit<RunResult, 'files'>> {
    const { plan, renditionName } = this.#options;
    const packaged = await readFile(file);
    const { mediaTime: delayTicks, timescale } = readInitSegment(packaged);
    if (timescale !== ticksPerSecond) throw packageFailed(`The time base is ${timescale} instead of ${ticksPerSecond}`);
    const initData = publishedInitSegment(packaged, {
      durationTicks: durationTicks(plan),
      frameTicks: this.#kind === 'video' ? frameTicks(plan, 1) : audioFrameTicks,
      language:
        plan.audio.find(({ renditions }) => renditions.some(({ name }) => name === renditionName))?.language ?? 'und',
    });
    this.#initData ??= initData;
    // One init segment serves them all: other parameter sets would play as garbage.
    if (!this.#initData.equals(initData)) throw packageFailed(`The pieces of ${renditionName} are not encoded alike`);
    return { init: readInitSegment(initData), initData, delayTicks };
  }

  #folder(): string {
    return path.join(this.#options.folder, `run-${this.#number}`);
  }
}
