import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { EncodingPlan } from '../plan.ts';
import { measureBandwidth } from '../publish/bandwidth.ts';
import type { Segment } from '../publish/presentation.ts';
import { VersionPublisher, type PublishStorage } from '../publish/version-publisher.ts';
import type { Semaphore } from '../../server/kit/semaphore.ts';
import { packageFailed } from './failure.ts';
import { packageAudio } from './package-audio.ts';
import { packageVideo } from './package-video.ts';
import type { PackageRendition } from './rendition-runs.ts';
import type { PackagerTools } from './run-packager.ts';
import { visiblePresentation, type PackagedMedia } from './visible-presentation.ts';
import { durationTicks, lastTick, millisecondsOf, timestampOffsetTicks } from '../timeline.ts';

export interface PackageVersionOptions {
  readonly plan: EncodingPlan;
  readonly assetId: string;
  readonly versionId: string;
  readonly storage: PublishStorage;
  readonly tools: PackagerTools;
  /** Bounds the packager runs of all versions together: a version that waits for chunks holds nothing. */
  readonly limit: Semaphore;
  /** An existing folder for temporary files; nothing is left in it. */
  readonly scratchDir: string;
  /**
   * The encoded pieces of a rendition in order, each as soon as it is there: for video exactly the chunks of the
   * plan, for audio any number. The signal aborts when nobody waits for them any more.
   */
  readonly pieces: (renditionName: string, signal: AbortSignal) => AsyncIterable<Readable>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds since the epoch; default the system's clock. */
  readonly now?: () => number;
  readonly onProgress?: (progress: PackagingProgress) => void;
  /**
   * Called once, as soon as both manifests are in place and name a first segment of every video rendition and of the
   * default audio track; at once when an earlier run got that far.
   */
  readonly onPlayable?: () => void | Promise<void>;
}

interface PackagingProgress {
  readonly renditionName: string;
  /** Video frames, or audio milliseconds, that are stored. */
  readonly unitsPackaged: number;
  readonly bytes: number;
}

/** What became of a version. Bit rates in bits per second. */
export interface PackagedVersion {
  readonly renditions: readonly PackagedRendition[];
}

interface PackagedRendition {
  readonly name: string;
  readonly kind: 'video' | 'audio';
  /** RFC 6381. */
  readonly codec: string;
  readonly averageBandwidth: number;
  readonly peakBandwidth: number;
  readonly bytes: number;
  /** Video frames or AAC frames. */
  readonly frames: number;
}

/**
 * Packages a version while it is being encoded and publishes it as it grows. Runs the same after a kill: it begins
 * again at the first piece, makes the same bytes, and leaves what is published alone until it has caught up.
 *
 * @throws ProblemError package_failed when the pieces are not what the plan says; the signal's reason when aborted;
 * errors of the storage as they are
 */
export async function packageVersion(options: PackageVersionOptions): Promise<PackagedVersion> {
  options.signal.throwIfAborted();
  if (timestampOffsetTicks(options.plan) + durationTicks(options.plan) > lastTick)
    throw packageFailed('A title may not be longer than 26 hours');
  const scratch = await mkdtemp(path.join(options.scratchDir, 'package-'));
  try {
    return await new VersionPackaging(options, scratch).run();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface GrowingMedia extends PackagedMedia {
  codec: string | undefined;
  readonly segments: Segment[];
  ended: boolean;
}

class VersionPackaging {
  readonly #options: PackageVersionOptions;
  readonly #scratch: string;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #media = new Map<string, GrowingMedia>();
  #playable = false;
  #publishing: Promise<void> | undefined;
  #changed = false;

  constructor(options: PackageVersionOptions, scratch: string) {
    this.#options = options;
    this.#scratch = scratch;
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  async run(): Promise<PackagedVersion> {
    const { plan, storage, assetId, versionId, now = Date.now } = this.#options;
    const renditions = [
      ...plan.video.map(({ name }) => ({ name, kind: 'video' as const })),
      ...plan.audio.flatMap((track) => track.renditions.map(({ name }) => ({ name, kind: 'audio' as const }))),
    ];
    for (const { name } of renditions) this.#media.set(name, { codec: undefined, segments: [], ended: false });
    const publisher = await VersionPublisher.open(
      { storage, assetId, versionId, now, signal: this.#signal },
      renditions.map(({ name }) => name),
    );
    if (publisher.alreadyPlayable) await this.#announcePlayable();

    // The first to fail stops the others; all of them have ended before the failure is passed on.
    const packaging = renditions.map(({ name, kind }) =>
      this.#packageRendition(name, kind === 'video' ? packageVideo : packageAudio, publisher).catch(
        (error: unknown) => {
          this.#failed.abort(toError(error));
        },
      ),
    );
    await Promise.all(packaging);
    // Nothing may be written once this has ended: another worker may be at it by then.
    await this.#publishing?.catch(() => undefined);
    await publisher.settled();
    this.#signal.throwIfAborted();
    if (!visiblePresentation(plan, this.#media)?.complete) throw packageFailed('Packaging ended before the title did');
    return { renditions: renditions.map(({ name, kind }) => this.#measure(name, kind)) };
  }

  async #packageRendition(
    renditionName: string,
    packageRendition: PackageRendition,
    publisher: VersionPublisher,
  ): Promise<void> {
    const { plan, tools, logger } = this.#options;
    const media = this.#media.get(renditionName) as GrowingMedia;
    const folder = path.join(this.#scratch, renditionName);
    await mkdir(folder);
    const pieces = this.#options.pieces(renditionName, this.#signal)[Symbol.asyncIterator]();
    try {
      for await (const piece of packageRendition(
        { plan, renditionName, tools, folder, signal: this.#signal, limit: this.#options.limit },
        pieces,
      )) {
        if (media.codec === undefined) await publisher.putInit(renditionName, piece.initData);
        await Promise.all(
          piece.segments.map(({ segment, file }) => publisher.putSegment(renditionName, segment.number, file)),
        );
        media.codec = piece.init.codec;
        media.segments.push(...piece.segments.map(({ segment }) => segment));
        this.#reportProgress(renditionName);
        logger.debug({ rendition: renditionName, segments: media.segments.length }, 'packaged');
        // Not waited for: the next piece need not wait for a store that takes its time with manifests.
        this.#publish(publisher).catch((error: unknown) => this.#failed.abort(toError(error)));
      }
      media.ended = true;
      await this.#publish(publisher);
    } finally {
      // Not waited for: a generator in the middle of its own waiting reacts only when that ends.
      pieces.return?.().catch(() => undefined);
    }
  }

  /** One publication at a time; what changed meanwhile is in the next one, which every caller waits for. */
  async #publish(publisher: VersionPublisher): Promise<void> {
    this.#changed = true;
    this.#publishing ??= this.#publishChanges(publisher).finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  async #publishChanges(publisher: VersionPublisher): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      const presentation = visiblePresentation(this.#options.plan, this.#media);
      if (presentation && (await publisher.publish(presentation))) await this.#announcePlayable();
    }
  }

  async #announcePlayable(): Promise<void> {
    if (this.#playable) return;
    this.#playable = true;
    await this.#options.onPlayable?.();
  }

  #reportProgress(renditionName: string): void {
    const { segments } = this.#media.get(renditionName) as GrowingMedia;
    const isVideo = this.#options.plan.video.some(({ name }) => name === renditionName);
    const ticks = total(segments, 'durationTicks');
    this.#options.onProgress?.({
      renditionName,
      unitsPackaged: isVideo ? total(segments, 'frames') : millisecondsOf(ticks),
      bytes: total(segments, 'bytes'),
    });
  }

  #measure(name: string, kind: 'video' | 'audio'): PackagedRendition {
    const { codec = '', segments } = this.#media.get(name) as GrowingMedia;
    const { targetSeconds } = visiblePresentation(this.#options.plan, this.#media) ?? { targetSeconds: 0 };
    const { average, peak } = measureBandwidth(segments, targetSeconds);
    return {
      name,
      kind,
      codec,
      averageBandwidth: average,
      peakBandwidth: peak,
      bytes: total(segments, 'bytes'),
      frames: total(segments, 'frames'),
    };
  }
}

function total(segments: readonly Segment[], what: 'frames' | 'bytes' | 'durationTicks'): number {
  return segments.reduce((sum, segment) => sum + segment[what], 0);
}
