import { ProblemError } from '../../server/kit/errors.ts';
import { listsTracks, type Container } from './container.ts';
import { isDefault } from './choose-picture.ts';
import { isAudioCodecAllowed } from './codecs.ts';
import {
  parseClockTime,
  parseNumber,
  parseRational,
  type ProbedFrame,
  type ProbedHeader,
  type ProbedStream,
} from './ffprobe-output.ts';
import { normalizeLanguage } from './language.ts';
import {
  longSilenceMs,
  type AudioInfo,
  type ClockMending,
  type MediaInfo,
  type SubtitleInfo,
  type VideoInfo,
} from '../../server/assets/media-info.ts';
import { geometryOf, type Geometry } from './geometry.ts';
import type { MatroskaVideo } from './matroska-video.ts';
import { arePlacesUnknown } from './sound-layout.ts';
import { orientationOf } from './orientation.ts';
import type { TrackTimes } from './packet-scan.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';

/** Pictures that are looked at in each place. */
export const samplesOfAPlace = 3;

export interface MediaLimits {
  readonly maxPixels: number;
  readonly maxDurationSeconds: number;
  readonly maxStreams: number;
}

/** Text from the file that people will read: one line, no control characters, no more than 100 characters. */
function shown(text: string | undefined): string | undefined {
  const clean = (text ?? '')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, 100);
  return clean === '' ? undefined : clean;
}

const languageOf = (stream: ProbedStream) => normalizeLanguage(stream.tags?.['language'] ?? stream.tags?.['LANGUAGE']);
const titleOf = (stream: ProbedStream) => shown(stream.tags?.['title'] ?? stream.tags?.['TITLE']);

/** @throws ProblemError media_too_many_streams */
export function checkTracks({ streams = [] }: ProbedHeader, limits: MediaLimits): void {
  if (streams.length <= limits.maxStreams) return;
  throw new ProblemError(
    videoProblems.media_too_many_streams,
    `The file has ${streams.length} tracks; at most ${limits.maxStreams} are accepted. Export it with fewer tracks and upload that`,
    { extras: { tracks: streams.length, maxTracks: limits.maxStreams } },
  );
}

/** @throws ProblemError media_too_large_picture */
export function checkPicture(width: number, height: number, limits: MediaLimits): void {
  if (width * height > limits.maxPixels) {
    throw new ProblemError(
      videoProblems.media_too_large_picture,
      `The picture is ${width}x${height}; at most ${limits.maxPixels} pixels are accepted. Export the video in a smaller size and upload that`,
      { extras: { width, height, maxPixels: limits.maxPixels } },
    );
  }
}

function bitDepthOf(pixelFormat: string, stream: ProbedStream): number {
  const match = /(?:p|gray|gbrp|gbrap|x)0?(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat);
  return match ? Number(match[1]) : parseNumber(stream.bits_per_raw_sample) || 8;
}

function known(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && !['unknown', 'unspecified', 'reserved', 'N/A'].includes(value));
}

function colorOf(stream: ProbedStream, frame: ProbedFrame, pixelFormat: string): VideoInfo['color'] {
  const primaries = known(frame.color_primaries, stream.color_primaries);
  const transfer = known(frame.color_transfer, stream.color_transfer);
  const matrix = known(frame.color_space, stream.color_space);
  const range = pixelFormat.startsWith('yuvj') ? 'pc' : known(frame.color_range, stream.color_range);
  return {
    ...(primaries && { primaries }),
    ...(transfer && { transfer }),
    ...(matrix && { matrix }),
    ...(range && { range }),
    perPicture: [
      ...(known(frame.color_space) ? (['matrix'] as const) : []),
      ...(known(frame.color_range) ? (['range'] as const) : []),
    ],
  };
}

function hdrOf(transfer: string | undefined): VideoInfo['hdr'] {
  if (transfer === 'smpte2084') return 'hdr10';
  return transfer === 'arib-std-b67' ? 'hlg' : 'none';
}

/**
 * How much of the video that the file's header promises is not there. Only headers that count what they hold are
 * believed: a sample table or index (MP4, AVI), a muxer's statistics (Matroska), not durations of fragmented files.
 */
function checkComplete(
  container: Container,
  header: ProbedHeader,
  stream: ProbedStream,
  times: TrackTimes,
  allEnd: number,
): void {
  const seconds = times.end - (times.start ?? 0);
  const missing = (share: number) =>
    new ProblemError(
      videoProblems.media_damaged,
      `The file is damaged or incomplete: about ${Math.round(share * 100)} % of the video that it announces is not there. Upload the whole file again`,
      { extras: { missingPercent: Math.round(share * 100) } },
    );
  const refuseShort = (promised: number | undefined, found: number) => {
    if (promised !== undefined && promised - found > Math.max(0.5, promised * 0.02))
      throw missing((promised - found) / promised);
  };
  const promisedPackets = parseNumber(stream.nb_frames);
  if (promisedPackets !== undefined && promisedPackets > 0) {
    const lost = promisedPackets - times.packets;
    if (lost <= Math.max(5, promisedPackets * 0.02)) return;
    // An edit list leaves samples out, and AVI counts frames that were skipped: in both the promised time counts. Of an
    // AVI without its index the duration is only estimated from the file's size.
    if (container.demuxer === 'mov') return refuseShort(parseNumber(stream.duration), Math.max(seconds, times.end));
    const rate = container.demuxer === 'avi' ? parseRational(stream.avg_frame_rate) : undefined;
    if (rate) return refuseShort((promisedPackets * rate.den) / rate.num, allEnd);
    throw missing(lost / promisedPackets);
  }
  const statistics = container.demuxer === 'matroska' ? parseClockTime(stream.tags?.['DURATION']) : undefined;
  const promised =
    statistics ??
    (container.demuxer === 'matroska' || container.demuxer === 'flv'
      ? parseNumber(header.format?.duration)
      : undefined);
  refuseShort(promised, statistics === undefined ? allEnd : Math.max(seconds, times.end));
}

/** Where the sound that belongs to the picture ends, file time line: a stray packet after a long silence does not. */
function soundEnd(sound: TrackTimes, videoEnd: number): number {
  const start = sound.start ?? 0;
  const spans = [
    [-Infinity, start] as const,
    ...sound.silences.map(([from, to]) => [start + from, start + to] as const),
  ];
  const stray = spans.find(([from, to]) => (to - Math.max(from, videoEnd)) * 1000 > longSilenceMs);
  return stray ? Math.max(stray[0], videoEnd) : Math.max(sound.end, videoEnd);
}

/** @param pictureStart seconds, file time line */
function silencesOf(sound: TrackTimes | undefined, pictureStart: number): Pick<AudioInfo, 'silences'> {
  if (sound?.start === undefined) return {};
  const lead = sound.start - pictureStart;
  const silences = [
    ...(lead * 1000 > longSilenceMs ? [[0, Math.floor(lead * 1000)] as const] : []),
    ...sound.silences.map(([from, to]) => [coveringMs(lead + from), Math.floor((lead + to) * 1000)] as const),
  ];
  return silences.length > 0 ? { silences } : {};
}

function promiseOf(sound: TrackTimes | undefined): Pick<AudioInfo, 'startMicroseconds' | 'promisedSeconds'> {
  if (sound?.start === undefined) return {};
  const promised = Math.min(sound.promised, sound.end - sound.start);
  return { startMicroseconds: Math.round(sound.start * 1e6), ...(promised > 0 && { promisedSeconds: promised }) };
}

/** Whole milliseconds that certainly cover the time; a rounding error of the listing adds none. */
const coveringMs = (seconds: number) => Math.ceil(seconds * 1000 - 0.01);

/** @param sound where the first of the sound begins and the default one ends, file time line */
function describeVideo(
  stream: ProbedStream,
  frames: readonly ProbedFrame[],
  samples: readonly ProbedFrame[],
  times: TrackTimes,
  sound: { readonly start: number; readonly end: number } | undefined,
  { frame: whole, crop }: Geometry,
): VideoInfo {
  const frame = frames[0] ?? {};
  const pixelFormat = frame.pix_fmt ?? stream.pix_fmt ?? 'unknown';
  const { mirrored, rotation } = orientationOf(
    stream.side_data_list?.find((data) => data.displaymatrix)?.displaymatrix,
  );
  const turned = rotation === 90 || rotation === 270;
  const color = colorOf(stream, frame, pixelFormat);
  // Without presentation times a frame is shown when it leaves the decoder: later than it went in, where there are
  // B-frames. The whole time line moves with the first one.
  const start =
    (times.startsAtDecodingTime ? parseNumber(frame.best_effort_timestamp_time) : undefined) ?? times.start ?? 0;
  const seconds = times.end - (times.start ?? 0);
  const declared = [stream.r_frame_rate, stream.avg_frame_rate].map(parseRational).filter((rate) => rate !== undefined);
  const typical = times.typicalInterval === undefined ? undefined : 1 / times.typicalInterval;
  const agreeing = declared.find(
    (rate) => typical === undefined || Math.abs(rate.num / rate.den / typical - 1) < 0.005,
  );
  return {
    stream: stream.index,
    codec: stream.codec_name ?? 'unknown',
    width: turned ? whole.height : whole.width,
    height: turned ? whole.width : whole.height,
    ...(crop && { crop }),
    codedPixels: Math.max(0, ...[...frames, ...samples].map(({ width = 0, height = 0 }) => width * height)),
    rotation,
    mirrored,
    startMicroseconds: Math.round(start * 1e6),
    audioLeadMs: sound === undefined ? 0 : Math.max(0, Math.round((start - sound.start) * 1000)),
    audioTailMs: sound === undefined ? 0 : Math.max(0, Math.round((sound.end - times.end) * 1000)),
    averageFrameRate: { num: times.frames * 1_000_000, den: Math.max(1, Math.round(seconds * 1e6)) },
    typicalFrameRate: typical ?? (agreeing ? agreeing.num / agreeing.den : times.frames / seconds),
    ...(agreeing && { declaredFrameRate: agreeing }),
    variableFrameRate: times.variable,
    irregular: times.irregular,
    longestGapMs: coveringMs(times.longestGap),
    ...(times.gaps && { gaps: times.gaps.map(([from, to]) => [Math.floor(from * 1000), coveringMs(to)] as const) }),
    keySpans: times.keySpans.map(([from, to]) => [Math.floor(from * 1000), coveringMs(to)] as const),
    ...(times.beforeFirstKey > 0 && times.firstKey > 0 && { firstKeyMs: coveringMs(times.firstKey) }),
    lastFrameMs: coveringMs(times.lastFrame),
    frames: times.frames,
    packets: times.packets,
    interlaced:
      /^(tt|bb|tb|bt)$/.test(stream.field_order ?? '') ||
      frames.filter((one) => one.interlaced_frame === 1).length * 2 > frames.length ||
      samples.filter((one) => one.interlaced_frame === 1).length * 10 > samples.length,
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat, stream),
    color,
    hdr: hdrOf(color.transfer),
  };
}

/**
 * Why a sound track is left out; undefined when it is used.
 * @param number 1, 2, 3 … among the sound tracks, as people count them
 */
function whyLeftOut(stream: ProbedStream, times: TrackTimes | undefined, number: number): Warning | undefined {
  const codec = stream.codec_name ?? 'unknown';
  if (!isAudioCodecAllowed(codec))
    return videoWarnings.audio_track_not_accepted({ track: number, codec: codec === 'none' ? 'unknown' : codec });
  return times === undefined || times.frames === 0 || !stream.channels || !parseNumber(stream.sample_rate)
    ? videoWarnings.audio_track_empty({ track: number })
    : undefined;
}

/** Bare streams may name a rate; where they do not, FFmpeg takes this one. */
const assumedRate = 25;

function guessedRate({ demuxer }: Container, { r_frame_rate: rate }: ProbedStream): readonly Warning[] {
  const isGuess = (demuxer === 'h264' || demuxer === 'obu') && rate === `${assumedRate}/1`;
  return isGuess ? [videoWarnings.frame_rate_guessed({ rate: assumedRate })] : [];
}

/** What begins so much later than the rest, in seconds, is told. */
const lateSeconds = 10;

/** What is not there from the beginning. */
function lateWarnings(
  usable: readonly ProbedStream[],
  audioStreams: readonly ProbedStream[],
  tracks: ReadonlyMap<number, TrackTimes>,
  picture: TrackTimes,
): Warning[] {
  const pictureStart = picture.start ?? 0;
  const starts = usable.map((stream) => ({
    track: audioStreams.indexOf(stream) + 1,
    seconds: Math.round((tracks.get(stream.index)?.start ?? pictureStart) - pictureStart),
  }));
  const lead = -Math.min(0, ...starts.map(({ seconds }) => seconds));
  return [
    ...starts
      .filter(({ seconds }) => seconds >= lateSeconds)
      .map((late) => videoWarnings.audio_track_begins_late(late)),
    ...(lead >= lateSeconds ? [videoWarnings.picture_begins_late({ seconds: lead })] : []),
    ...(picture.beforeFirstKey > 0 && picture.firstKey > 0
      ? [videoWarnings.beginning_not_decodable({ pictures: picture.beforeFirstKey })]
      : []),
  ];
}

/**
 * Everything that was found out about a source, put together.
 * @param tracks times of each stream by its index
 * @throws ProblemError media_codec_not_allowed, media_damaged, media_too_long
 */
export function describeMedia(found: {
  readonly container: Container;
  readonly header: ProbedHeader;
  readonly video: ProbedStream;
  readonly frames: readonly ProbedFrame[];
  /** Some pictures from each of several places all over the source; none where they cannot be looked up. */
  readonly samples: readonly ProbedFrame[];
  /** What the container says of the picture track, where it is Matroska. */
  readonly matroska: MatroskaVideo | undefined;
  readonly tracks: ReadonlyMap<number, TrackTimes>;
  /** What had to be done to the times in `tracks`. */
  readonly mending: ClockMending | undefined;
  readonly limits: MediaLimits;
  /** Of the choice of the picture. */
  readonly warnings: readonly Warning[];
}): MediaInfo {
  const { container, header, video, tracks, mending, limits } = found;
  const times = tracks.get(video.index);
  if (!times || times.frames === 0)
    throw new ProblemError(
      videoProblems.media_damaged,
      'The file is damaged or incomplete: its video track is empty. Export the video again and upload that',
    );
  const seconds = times.end - (times.start ?? 0);
  if (seconds > limits.maxDurationSeconds) {
    throw new ProblemError(
      videoProblems.media_too_long,
      `The video is ${Math.round(seconds)} seconds long; at most ${limits.maxDurationSeconds} are accepted. Cut it into parts and upload them one by one`,
      { extras: { seconds: Math.round(seconds), maxSeconds: limits.maxDurationSeconds } },
    );
  }
  const ends = [...tracks.values()].filter((track) => track.frames > 0).map((track) => track.end);
  // What the header of several recordings promises is of one of them, or of a clock that is mended.
  if (!mending) checkComplete(container, header, video, times, Math.max(...ends));

  // Where tracks are not listed there is none without packets; ffmpeg invents one where a recording begins anew.
  const isThere = ({ index }: ProbedStream) => listsTracks(container) || tracks.has(index);
  const audioStreams = (header.streams ?? []).filter((stream) => stream.codec_type === 'audio' && isThere(stream));
  const judged = audioStreams.map((stream, index) => ({
    stream,
    leftOut: whyLeftOut(stream, tracks.get(stream.index), index + 1),
  }));
  const usable = judged.filter((one) => one.leftOut === undefined).map(({ stream }) => stream);
  const leftOut = judged.map((one) => one.leftOut).filter((warning) => warning !== undefined);
  const [refused] = leftOut.flatMap(({ parameters }) => parameters['codec'] ?? []);
  if (usable.length === 0 && refused !== undefined) {
    throw new ProblemError(
      videoProblems.media_codec_not_allowed,
      `The sound of this file cannot be used: ${refused === 'unknown' ? 'the audio codec is not known' : `the audio codec ${refused} is not accepted`}. Export the video with AAC sound and upload that`,
      { extras: { codec: String(refused) } },
    );
  }
  const sounds = usable.map((stream) => tracks.get(stream.index)).filter((track) => track !== undefined);
  const main = tracks.get((usable.find(isDefault) ?? usable[0])?.index ?? -1);
  const geometry = geometryOf(video, found.samples.length > 0 ? found.samples : found.frames, found.matroska);
  const described = describeVideo(
    video,
    found.frames,
    found.samples,
    times,
    main && { start: Math.min(...sounds.map((track) => track.start ?? Infinity)), end: soundEnd(main, times.end) },
    geometry,
  );
  const titleSeconds = (described.audioLeadMs + described.audioTailMs) / 1000 + seconds;
  if (titleSeconds > limits.maxDurationSeconds) {
    throw new ProblemError(
      videoProblems.media_too_long,
      `With its sound the video is ${Math.round(titleSeconds)} seconds long; at most ${limits.maxDurationSeconds} are accepted. Cut it into parts and upload them one by one`,
      { extras: { seconds: Math.round(titleSeconds), maxSeconds: limits.maxDurationSeconds } },
    );
  }
  return {
    format: container.demuxer,
    durationMs: Math.round(seconds * 1000),
    video: described,
    audio: usable.map((stream): AudioInfo => {
      const title = titleOf(stream);
      return {
        stream: stream.index,
        codec: stream.codec_name ?? 'unknown',
        channels: stream.channels ?? 0,
        layout: known(stream.channel_layout) ?? `${stream.channels} channels`,
        sampleRate: parseNumber(stream.sample_rate) ?? 0,
        language: languageOf(stream),
        ...(title && { title }),
        isDefault: isDefault(stream),
        ...promiseOf(tracks.get(stream.index)),
        ...silencesOf(tracks.get(stream.index), described.startMicroseconds / 1e6),
      };
    }),
    subtitles: (header.streams ?? [])
      .filter((stream) => stream.codec_type === 'subtitle')
      .map((stream): SubtitleInfo => {
        const title = titleOf(stream);
        return {
          stream: stream.index,
          codec: stream.codec_name ?? 'unknown',
          language: languageOf(stream),
          ...(title && { title }),
          // Many files say it in the name only.
          isForced: stream.disposition?.['forced'] === 1 || /\bforced\b/i.test(title ?? ''),
          isSdh: stream.disposition?.['hearing_impaired'] === 1 || /\b(?:SDH|CC|hearing)\b/i.test(title ?? ''),
        };
      }),
    needsRemux: container.needsRemux || mending !== undefined,
    ...(mending && { clock: mending }),
    warnings: [
      ...(mending ? [videoWarnings.clock_jumps_repaired({ jumps: mending.jumps })] : []),
      ...found.warnings,
      ...guessedRate(container, video),
      ...leftOut,
      ...usable.flatMap((stream) => {
        const channels = stream.channels ?? 0;
        if (!arePlacesUnknown(stream.channel_layout, channels)) return [];
        return [videoWarnings.sound_layout_guessed({ track: audioStreams.indexOf(stream) + 1, channels })];
      }),
      ...(geometry.changes === 'aspect' ? [videoWarnings.picture_aspect_changes(geometry.frame)] : []),
      ...lateWarnings(usable, audioStreams, tracks, times),
    ],
  };
}
