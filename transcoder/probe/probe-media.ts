import { open } from 'node:fs/promises';
import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { ProcessLimitExceeded, runLimited, type LimitedProcessResult } from '../child/limited-process.ts';
import type { Tools } from '../tools.ts';
import { listsTracks, sniff, sniffedBytes, type Container } from './container.ts';
import { byMerit, picturesLeftOut, pictureTracks, whyNotPlayable, type PictureTrack } from './choose-picture.ts';
import { listedDecoders } from './codecs.ts';
import { refuseHalfAnIndex, unopened } from './damage.ts';
import { encryptionOf, encryptionOfTracks } from './encryption.ts';
import { checkPicture, checkTracks, describeMedia, samplesOfAPlace } from './describe.ts';
import {
  frameEntries,
  headerEntries,
  parseFrames,
  parseHeader,
  parseNumber,
  type ProbedFrame,
  type ProbedHeader,
  type ProbedStream,
} from './ffprobe-output.ts';
import { fileUrl, globalSafetyOptions, untrustedInputOptions } from './input-arguments.ts';
import { hasFragments } from './iso-media.ts';
import { filesBehind } from './joined-files.ts';
import { hasMatroskaIndex } from './matroska-index.ts';
import { matroskaVideos } from './matroska-video.ts';
import type { ClockMending, MediaInfo } from '../../server/assets/media-info.ts';
import { clockProblem } from '../mend/clock-problem.ts';
import { MendedPackets, PacketClock } from './packet-clock.ts';
import { checkProportionSoFar, mostFor } from './proportion.ts';
import { decodablePixels, pictureGrowsTooLarge, refusedPicture } from './picture-limit.ts';
import { packetEntries, parsePacketLine, TrackScan, type ScannedPacket, type TrackTimes } from './packet-scan.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';

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

/** What a picture track may have for another one to be shown in its place. */
const givesWay: ReadonlySet<string> = new Set<keyof typeof videoProblems>(['media_codec_not_allowed', 'media_damaged']);
/** Pictures decoded to learn colours and interlacing; more only when an edit list hides the first ones. */
const examinedPackets = [24, 1500] as const;
/** Places all over a file at which pictures are looked at. */
const sampledPlaces = 8;
/** Far more threads than ffprobe starts. */
const examiningProcesses = 64;
/** A scan reads the whole file: slow disks get this much time for it on top, in bytes per second. */
const slowestReadRate = 20_000_000;

async function readHead(path: string): Promise<{ readonly head: Buffer; readonly bytes: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, sniffedBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return { head: head.subarray(0, bytesRead), bytes: size };
  } finally {
    await file.close();
  }
}

async function recognize(head: Buffer, path: string): Promise<Container> {
  const found = sniff(head);
  if (!found)
    throw new ProblemError(
      videoProblems.media_unrecognized,
      'This is not a video file that can be read here. If it is a video, export it as H.264 in MP4 and upload that',
    );
  if ('demuxer' in found) {
    // Without an index every chunk would read the file from its beginning; the remux writes one.
    return found.demuxer === 'matroska' ? { ...found, needsRemux: !(await hasMatroskaIndex(path)) } : found;
  }
  if (found.audio)
    throw new ProblemError(
      videoProblems.media_no_video,
      `This file has no video track: it is ${found.is}. Upload a file with a picture`,
    );
  throw new ProblemError(
    videoProblems.media_format_not_allowed,
    `This file is ${found.is}. ${found.advice ?? 'Choose the video file and upload that'}`,
  );
}

/** Whether a track is announced of which nothing has come yet. */
function beginsLate({ streams = [] }: ProbedHeader, container: Container): boolean {
  return (
    !listsTracks(container) &&
    streams.some(
      ({ codec_type: type, ...stream }) =>
        (type === 'audio' && (!stream.channels || !parseNumber(stream.sample_rate))) ||
        (type === 'video' && !stream.width),
    )
  );
}

interface ChildLimits {
  readonly wallMs?: number;
  readonly outputBytes: number;
  readonly onLine?: (line: string) => void;
}

/** One examination of one file: the same limits for every child, the same words for every failure. */
class Examination {
  readonly #options: ProbeOptions;
  readonly #container: Container;
  readonly #bytes: number;
  /** Shrinks once the header says how large the pictures are. */
  #maxPixels: number;
  /** Grows by what the tracks of this file need. */
  readonly #openedDecoders = new Set(listedDecoders);
  #looksFar: boolean;
  /** Streams of whose pictures the decoder complained. */
  readonly suspects = new Set<number>();

  constructor(options: ProbeOptions, container: Container, bytes: number) {
    this.#options = options;
    this.#container = container;
    this.#bytes = bytes;
    this.#maxPixels = options.limits.maxPixels;
    this.#looksFar = options.looksFar ?? false;
  }

  get looksFar(): boolean {
    return this.#looksFar;
  }

  async #ffprobe(args: readonly string[], child: ChildLimits): Promise<LimitedProcessResult> {
    for (;;) {
      const result = await this.#run(args, child);
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

  async #run(args: readonly string[], child: ChildLimits): Promise<LimitedProcessResult> {
    const { path, limits, tools, signal, niceness } = this.#options;
    const input = {
      path,
      demuxer: this.#container.demuxer,
      maxPixels: this.#maxPixels,
      maxStreams: limits.maxStreams,
      looksFar: this.#looksFar,
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
        outputBytes: child.outputBytes,
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

  /** What decoders complain of; a cover that is too large is no failure unless ffprobe ended for it. */
  #checkPictures(stderr: string): void {
    for (const [, width, height] of stderr.matchAll(/Picture size (\d+)x(\d+) (?:is invalid|exceeds)/g))
      checkPicture(Number(width), Number(height), this.#options.limits);
    const refused = refusedPicture(stderr);
    if (refused && this.#maxPixels < this.#options.limits.maxPixels)
      throw pictureGrowsTooLarge(refused, this.#maxPixels);
  }

  /** What a decoder says has its name before it; a container's words are about something else. */
  #noteComplaints(stream: number, stderr: string): void {
    const { demuxer } = this.#container;
    for (const [, name] of stderr.matchAll(/\[(\w+) @ 0x[0-9a-f]+\]/g)) {
      if (name !== demuxer && name !== 'NULL' && name !== 'IMGUTILS') this.suspects.add(stream);
    }
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
    this.#checkPictures(stderr);
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

  async header(): Promise<ProbedHeader> {
    const { stdout, stderr, exitCode } = await this.#ffprobe(['-show_entries', headerEntries, '-of', 'json=c=1'], {
      outputBytes: 8 * 1024 * 1024,
    });
    if (exitCode === 0) {
      const header = parseHeader(stdout);
      if (!this.#looksFar && beginsLate(header, this.#container)) {
        this.#looksFar = true;
        return this.header();
      }
      const pictures = (header.streams ?? []).map(({ width = 0, height = 0 }) => width * height);
      this.#maxPixels = decodablePixels(Math.max(0, ...pictures), this.#options.limits.maxPixels);
      return header;
    }
    throw await unopened(this.#options.path, this.#container, new Error(stderr.slice(-2000)));
  }

  /**
   * The first pictures as they come out of the decoder.
   * @throws ProblemError media_damaged when there are none, media_too_large_picture
   */
  async #frames(stream: number): Promise<readonly ProbedFrame[]> {
    for (const packets of examinedPackets) {
      const { stdout, stderr, exitCode } = await this.#ffprobe(
        [
          '-select_streams',
          String(stream),
          '-read_intervals',
          `%+#${packets}`,
          '-show_entries',
          frameEntries,
          '-of',
          'json=c=1',
        ],
        { outputBytes: 8 * 1024 * 1024 },
      );
      this.#checkPictures(stderr);
      this.#noteComplaints(stream, stderr);
      const frames = exitCode === 0 ? parseFrames(stdout) : [];
      if (frames.length > 0) return frames;
    }
    throw new ProblemError(
      videoProblems.media_damaged,
      'The file is damaged or incomplete: no picture of its video track can be decoded. Export the video again and upload that',
    );
  }

  /**
   * The film among the picture tracks, and its first pictures. One that cannot be played gives way to the next.
   * @throws ProblemError what is wrong with the best one, when there is none that can be played
   */
  async film(
    pictures: readonly PictureTrack[],
    tracks: ReadonlyMap<number, TrackTimes>,
  ): Promise<{
    readonly video: ProbedStream;
    readonly frames: readonly ProbedFrame[];
    readonly warnings: readonly Warning[];
  }> {
    const { films, stills } = byMerit(pictures, tracks);
    const broken: PictureTrack[] = [];
    let first: ProblemError | undefined;
    // A cover is not shown in place of a film that cannot be played.
    for (const picture of films.length > 0 ? films : stills) {
      const { stream } = picture;
      try {
        const problem = whyNotPlayable(stream);
        if (problem) throw problem;
        checkPicture(stream.width ?? 0, stream.height ?? 0, this.#options.limits);
        const frames = await this.#frames(stream.index);
        checkPicture(frames[0]?.width ?? 0, frames[0]?.height ?? 0, this.#options.limits);
        return { video: stream, frames, warnings: picturesLeftOut(films, picture, broken) };
      } catch (error) {
        if (!(error instanceof ProblemError) || !givesWay.has(error.code)) throw error;
        first ??= error;
        broken.push(picture);
      }
    }
    throw first ?? new ProblemError(videoProblems.media_no_video, noPicture({}));
  }

  /**
   * Some pictures from places all over the track, to learn what changes in it. Only where seeking is cheap, and none
   * where it fails: the encoder looks at every picture all the same.
   * @throws ProblemError media_too_large_picture
   */
  async samples(stream: number, { start = 0, end }: TrackTimes): Promise<readonly ProbedFrame[]> {
    if (this.#container.needsRemux) return [];
    const places = Array.from(
      { length: sampledPlaces },
      (_, place) => (start + ((end - start) * (place + 0.5)) / sampledPlaces).toFixed(3),
      // The last one first: the decoder then knows nothing of the beginning, as when a chunk is encoded.
    ).toReversed();
    const { stdout, stderr, exitCode } = await this.#ffprobe(
      [
        '-select_streams',
        String(stream),
        '-read_intervals',
        places.map((at) => `${at}%+#${samplesOfAPlace}`).join(','),
        '-show_entries',
        frameEntries,
        '-of',
        'json=c=1',
      ],
      { outputBytes: 8 * 1024 * 1024 },
    );
    this.#checkPictures(stderr);
    this.#noteComplaints(stream, stderr);
    const timeOf = (frame: ProbedFrame) => parseNumber(frame.best_effort_timestamp_time) ?? 0;
    const pictures = (exitCode === 0 ? parseFrames(stdout) : []).toSorted((a, b) => timeOf(a) - timeOf(b));
    for (const { width = 0, height = 0 } of pictures) checkPicture(width, height, this.#options.limits);
    return pictures;
  }

  /** One pass over every packet of the file. */
  async #packets(take: (packet: ScannedPacket) => void): Promise<void> {
    const { limits } = this.#options;
    const { exitCode, stderr } = await this.#ffprobe(['-show_entries', packetEntries, '-of', 'csv=p=0'], {
      wallMs: limits.probeTimeoutSeconds * 1000 + (this.#bytes / slowestReadRate) * 1000,
      outputBytes: 2 * 1024 ** 3,
      onLine: (line) => {
        const packet = parsePacketLine(line);
        if (packet) take(packet);
      },
    });
    // What it listed is then not the whole file.
    if (exitCode !== 0) {
      throw new ProblemError(
        videoProblems.media_damaged,
        'The file is damaged or incomplete: it cannot be read to its end. Upload the whole file again',
        { cause: new Error(stderr.slice(-2000)) },
      );
    }
  }

  /**
   * The times of all tracks, as if the clock had been put in order where it restarts or jumps.
   * @param clocked picture and sound
   */
  async tracks(
    pictures: ReadonlySet<number>,
    clocked: readonly number[],
  ): Promise<{ readonly tracks: ReadonlyMap<number, TrackTimes>; readonly mending: ClockMending | undefined }> {
    const { limits, isCopy, path } = this.#options;
    const { demuxer } = this.#container;
    // An index has no clock that could jump: where times run to and fro, an edit list wants it so.
    const hasClock = !isCopy && (demuxer !== 'mov' || (await hasFragments(path)));
    const clock = hasClock ? PacketClock.of(demuxer, clocked) : undefined;
    let scans = new Map<number, TrackScan>();
    let packets = 0;
    const most = mostFor(this.#bytes);
    // A bare H.264 stream has no times at all: its pictures follow one another.
    const untimed = demuxer === 'h264';
    const scan = (listed: ScannedPacket) => {
      const packet = untimed
        ? { ...listed, dts: (listed.duration ?? 0) * (scans.get(listed.stream)?.packets ?? 0) }
        : listed;
      let track = scans.get(packet.stream);
      if (!track) scans.set(packet.stream, (track = new TrackScan()));
      track.add(packet);
      packets += 1;
      return pictures.has(packet.stream) ? track.elapsed : 0;
    };
    const check = (pictureSeconds: number) => {
      checkProportionSoFar({ packets, pictureSeconds }, most, this.#bytes);
      if (pictureSeconds <= limits.maxDurationSeconds) return;
      throw new ProblemError(
        videoProblems.media_too_long,
        `The video is longer than the ${limits.maxDurationSeconds} seconds that are accepted. Cut it into parts and upload them one by one`,
        { extras: { maxSeconds: limits.maxDurationSeconds } },
      );
    };
    try {
      await this.#packets((packet) => {
        clock?.take(packet);
        const pictureSeconds = scan(packet);
        // By a clock that jumps nothing is long.
        check((clock?.isOne ?? true) ? pictureSeconds : 0);
      });
    } catch (error) {
      throw clockProblem(error);
    }
    const mending = clock?.mending();
    if (mending) {
      [scans, packets] = [new Map(), 0];
      const mended = new MendedPackets(mending);
      await this.#packets((packet) => check(scan(mended.next(packet))));
    }
    const tracks = new Map([...scans].map(([stream, found]) => [stream, found.finish(!pictures.has(stream))]));
    return { tracks, mending };
  }
}

/** @throws ProblemError media_encrypted */
function refuseEncrypted(encryption: string | undefined): void {
  if (encryption === undefined) return;
  throw new ProblemError(
    videoProblems.media_encrypted,
    `The file is encrypted (${encryption}), and there is no key to it here. Upload a copy without copy protection`,
    { extras: { encryption } },
  );
}

const noPicture = ({ streams = [] }: ProbedHeader): string =>
  streams.some((stream) => stream.codec_type === 'video')
    ? 'This file has no video track, only a cover picture. Upload a file with a picture that moves'
    : 'This file has no video track. Upload a file with a picture';

/**
 * Which container a file is, from its first bytes, before anything else looks at it.
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_no_video
 */
export async function recognizeMedia(path: string): Promise<Container> {
  return (await lookAt(path)).container;
}

async function lookAt(path: string): Promise<{ readonly container: Container; readonly bytes: number }> {
  const { head, bytes } = await readHead(path);
  if (bytes === 0)
    throw new ProblemError(videoProblems.media_empty, 'The file is empty. Choose it again and upload it');
  return { container: await recognize(head, path), bytes };
}

/**
 * Finds out what an uploaded file really is: magic bytes first, then ffprobe held to that one container, then one
 * pass over all packets, which tells the film from covers, and one decode of its first pictures.
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_encrypted,
 *   media_codec_not_allowed, media_no_video, media_damaged, media_too_large_picture, media_too_long, media_out_of_proportion,
 *   media_too_many_streams, media_probe_limit, each with a sentence for people; other errors mean that the server, not the file, is at fault
 */
export async function probeMedia(options: ProbeOptions): Promise<MediaInfo> {
  const { container, bytes } = await lookAt(options.path);
  const examination = new Examination(options, container, bytes);
  refuseEncrypted(await encryptionOf(options.path, container));
  const header = await examination.header();
  refuseEncrypted(encryptionOfTracks(header, container));
  checkTracks(header, options.limits);
  const pictures = pictureTracks(header);
  const problems = pictures.map(({ stream }) => whyNotPlayable(stream));
  const playable = pictures.filter((_, index) => !problems[index]);
  // Nothing to look for in the packets.
  if (playable.length === 0) await refuseHalfAnIndex(options.path, container);
  if (pictures.length === 0) throw new ProblemError(videoProblems.media_no_video, noPicture(header));
  if (playable.length === 0 && problems[0]) throw problems[0];
  const sounds = (header.streams ?? []).filter(({ codec_type: type }) => type === 'audio');
  const { tracks, mending } = await examination.tracks(
    new Set(playable.map(({ stream }) => stream.index)),
    [...playable.map(({ stream }) => stream), ...sounds].map(({ index }) => index),
  );
  const film = await examination.film(pictures, tracks);
  const { video } = film;
  const times = tracks.get(video.index);
  // In a file whose clock jumps there is no seeking.
  const samples = times && !mending ? await examination.samples(video.index, times) : [];
  const place = pictures.findIndex(({ stream }) => stream === video);
  const matroska = container.demuxer === 'matroska' ? (await matroskaVideos(options.path))[place] : undefined;
  const behind = await filesBehind(options.path, container.demuxer);
  const warnings = [...(behind > 0 ? [videoWarnings.joined_files_left_out({ files: behind })] : []), ...film.warnings];
  const info = describeMedia({
    ...film,
    warnings,
    container,
    header,
    tracks,
    mending,
    samples,
    matroska,
    limits: options.limits,
  });
  return {
    ...info,
    ...(examination.suspects.has(video.index) && { video: { ...info.video, suspect: true } }),
    ...(examination.looksFar && { looksFar: true }),
  };
}
