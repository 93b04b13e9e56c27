import type { EncodingPlan, PlannedChunk, VideoRendition } from '../plan.ts';
import { fileUrl, globalSafetyOptions, untrustedInputOptions } from '../probe/input-arguments.ts';
import type { Tools } from '../tools.ts';
import type { FfmpegCommandLine } from './ffmpeg-runner.ts';
import { largestOutput } from './run-limits.ts';
import { microsecondsOf, timestampOffsetTicks } from '../timeline.ts';
import { ofOneSize, pictureFilters } from './picture-filters.ts';

/** Seconds as ffmpeg reads them, to the microsecond. */
const seconds = (microseconds: number): string => (microseconds / 1e6).toFixed(6);

/** Moves the source's time line so that the title's time 0 is 0. Works for `setpts` and `asetpts` alike. */
export const toTitleTime = (plan: Pick<EncodingPlan, 'sourceStartMicroseconds'>): string =>
  `PTS-round(${seconds(plan.sourceStartMicroseconds)}/TB)`;

/** `-output_ts_offset` counts microseconds; ffmpeg rounds them back to the exact tick. */
export const timestampOffsetSeconds = (plan: EncodingPlan): string =>
  seconds(microsecondsOf(timestampOffsetTicks(plan)));

/** What comes before the input, for every decode of a source. */
export function sourceOptions(plan: EncodingPlan, maxPixels: number, path: string): string[] {
  return untrustedInputOptions({ path, demuxer: plan.sourceFormat, maxPixels });
}

/** Options of the whole program. Progress goes to standard error, the only stream that the runner reads. */
export const programOptions: readonly string[] = [
  // -y: what an earlier, broken try left behind is overwritten.
  '-y',
  '-hide_banner',
  '-nostdin',
  '-nostats',
  '-loglevel',
  'warning',
  '-progress',
  'pipe:2',
  '-stats_period',
  '0.5',
  ...globalSafetyOptions,
];

/**
 * Picks the chunk's frames by their index on the title's constant-rate time line. `fps` maps absolute times to
 * indexes, so the choice does not depend on where decoding began: the frame at index n is the last source frame whose
 * time rounds to n or less. Only the first frames of the title and the last ones may be repeated to fill a hole; how
 * far a chunk reaches into the last ones is how often it may repeat.
 */
function frameFilters(plan: EncodingPlan, chunk: PlannedChunk): string[] {
  const { num, den } = plan.frameRate;
  const end = chunk.firstFrame + chunk.frames;
  const held = Math.min(plan.finalHoldFrames, end - (plan.frames - plan.finalHoldFrames));
  const chosen = `trim=start_pts=${chunk.firstFrame}:end_pts=${end}`;
  // `fps` drops a picture that ends when it begins.
  if (plan.still)
    return [`loop=loop=${end}:size=1`, `settb=${den}/${num}`, 'setpts=N', `fps=fps=${num}/${den}`, chosen];
  return [
    `setpts=${toTitleTime(plan)}`,
    // Before the frames are picked: it needs neighbouring fields, of one size. Each field becomes a picture, and each
    // picture that is not interlaced stays one.
    ...(plan.deinterlace ? [ofOneSize, 'bwdif=mode=send_field:parity=auto:deint=interlaced'] : []),
    chunk.decodeFromMs === 0 ? `fps=fps=${num}/${den}:start_time=0` : `fps=fps=${num}/${den}`,
    ...(held > 0 ? [`tpad=stop_mode=clone:stop=${held}`] : []),
    chosen,
  ];
}

const outputLabel = (index: number) => `[out${index}]`;

/** Splits down the sizes: each size is scaled from the next larger one and feeds all renditions of its size. */
function scaleChain(renditions: readonly VideoRendition[]): string[] {
  const sizes = [...new Set(renditions.map(({ width, height }) => `${width}:${height}`))].toSorted(
    (a, b) => Number(b.split(':')[0]) - Number(a.split(':')[0]),
  );
  return sizes.flatMap((size, level) => {
    const labels = renditions.flatMap(({ width, height }, index) =>
      `${width}:${height}` === size ? [outputLabel(index)] : [],
    );
    const next = level + 1 < sizes.length ? [`[size${level + 1}]`] : [];
    const scale = level === 0 ? '' : `scale=${size}:flags=bicubic,setsar=1,`;
    return [`[size${level}]${scale}split=${labels.length + next.length}${[...labels, ...next].join('')}`];
  });
}

/** The filter graph of a chunk; `renditions` decides the outputs `[out0]`, `[out1]`, … Contains numbers and names of ours only. */
export function videoFilterGraph(
  plan: EncodingPlan,
  chunk: PlannedChunk,
  renditions: readonly VideoRendition[],
  tools: Pick<Tools, 'canToneMap'>,
): string {
  const largest = renditions.toSorted((a, b) => b.width - a.width)[0] as VideoRendition;
  const picture = [...frameFilters(plan, chunk), ...pictureFilters(plan, largest, tools.canToneMap)];
  return [`[0:${plan.videoStream}]${picture.join(',')}[size0]`, ...scaleChain(renditions)].join(';');
}

function encoderOptions(plan: EncodingPlan, chunk: PlannedChunk, rendition: VideoRendition): string[] {
  return [
    '-c:v',
    'libx264',
    '-preset',
    rendition.preset,
    '-profile:v',
    rendition.profile,
    '-level:v',
    rendition.level,
    '-pix_fmt',
    'yuv420p',
    '-crf',
    String(rendition.crf),
    '-maxrate:v',
    String(rendition.maxBitrate),
    '-bufsize:v',
    String(rendition.bufferBits),
    // IDR frames on the grid and nowhere else, in every rendition and chunk.
    '-g',
    String(plan.gopFrames),
    '-keyint_min',
    String(plan.gopFrames),
    '-sc_threshold',
    '0',
    '-forced-idr',
    '1',
    '-force_key_frames',
    `expr:not(mod(n,${plan.gopFrames}))`,
    // stitchable: headers that do not depend on the content, so that chunks of different workers fit together.
    '-x264-params',
    'open-gop=0:stitchable=1',
    '-a53cc',
    '0',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-colorspace',
    'bt709',
    '-color_range',
    'tv',
    // The cheapest per frame, for chunks fill the cores side by side; and with a rate cap x264 is repeatable only so:
    // more threads see each other's progress, and a chunk encoded again comes out different.
    '-threads',
    '1',
    ...muxerOptions(plan),
    '-f',
    'mpegts',
    // x264's settings as text: a kilobyte per chunk that no player reads.
    '-bsf:v',
    'filter_units=remove_types=6',
    '-fs',
    String(largestOutput(rendition, chunk.frames, plan)),
  ];
}

/** For an output on the time line that encode/README.md fixes, with nothing of the source's metadata. */
export function muxerOptions(plan: EncodingPlan): string[] {
  return [
    '-map_metadata',
    '-1',
    '-map_chapters',
    '-1',
    '-output_ts_offset',
    timestampOffsetSeconds(plan),
    '-muxdelay',
    '0',
    '-muxpreload',
    '0',
  ];
}

/** How pictures are decoded, whatever becomes of them. */
export const decodingOptions: readonly string[] = [
  '-threads',
  '1',
  // Times stay as the file has them, and the picture as it is coded: the filter graph does both.
  '-copyts',
  '-noautorotate',
  // A picture of another size, format or aspect goes through the graph as it stands. Built anew, the graph would lose
  // the pictures that are in it and count from the title's beginning again.
  '-reinit_filter',
  '0',
];

/** Where decoding begins for a chunk. */
export function seekOptions(plan: EncodingPlan, { decodeFromMs }: PlannedChunk): string[] {
  if (decodeFromMs === 0) return [];
  return [
    // With -seek_timestamp the position is a timestamp of the file, as everything here is. ffmpeg's own cut at that
    // place is off (it reckons from another zero): frames before the chunk fall to `trim`.
    '-seek_timestamp',
    '1',
    '-noaccurate_seek',
    '-ss',
    seconds(plan.sourceStartMicroseconds + decodeFromMs * 1000),
  ];
}

/**
 * The command line that encodes one chunk into some renditions from one decode.
 * @param outputs absolute path for each rendition, same order
 */
export function videoCommandLine(options: {
  readonly sourcePath: string;
  readonly plan: EncodingPlan;
  readonly chunk: PlannedChunk;
  readonly renditions: readonly VideoRendition[];
  readonly outputs: readonly string[];
  readonly tools: Pick<Tools, 'passFrames' | 'canToneMap'>;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, chunk, renditions } = options;
  return {
    inputOptions: [
      ...programOptions,
      // At the end it tells how many pictures it read and decoded.
      '-loglevel',
      'level+verbose',
      '-filter_complex_threads',
      '1',
      ...decodingOptions,
      ...seekOptions(plan, chunk),
      ...sourceOptions(plan, options.maxPixels, options.sourcePath),
    ],
    input: fileUrl(options.sourcePath),
    filterGraph: videoFilterGraph(plan, chunk, renditions, options.tools),
    outputs: renditions.map((rendition, index) => ({
      options: ['-map', outputLabel(index), ...options.tools.passFrames, ...encoderOptions(plan, chunk, rendition)],
      target: fileUrl(options.outputs[index] as string),
    })),
  };
}
