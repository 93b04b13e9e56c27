import path from 'node:path';
import type { AudioRendition, AudioTrackPlan, EncodingPlan } from '../plan.ts';
import { audioFrameSamples, sampleRate, titleSamples } from '../timeline.ts';
import { fileUrl } from '../probe/input-arguments.ts';
import type { FfmpegCommandLine } from './ffmpeg-runner.ts';
import { muxerOptions, programOptions, sourceOptions, toTitleTime } from './video-arguments.ts';

/** Seconds of a piece: long enough that there are few, short enough that packaging can follow the encoder. */
const pieceSeconds = 16;

/**
 * Puts sound on its time stamps, as one line that has exactly as many samples as its times say.
 *
 * Up to 3 ms of trembling is left alone: bending the pitch after each packet would be heard, the time is not seen. More
 * is evened out within a second or two, by at most 2 % of the speed (drift, a lost packet). More than 40 ms is a hole
 * or an overlap and mended at once, by silence or a cut, so that sound is never 50 ms out of sync.
 *
 * `flags=res`: swresample bends the speed with its resampling filter. Between equal rates it would have none and make
 * one when it first needs it, which starts the whole converter anew: its clock returns to `first_pts`, and the title's
 * beginning is filled with silence a second time.
 */
const onItsTimes = `aresample=${sampleRate}:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0`;

/** A silence is left this long before its end, so that no sound falls to the wrong side. */
const silenceMarginMs = 1000;
/**
 * Each part takes about 200 characters of the graph, and Linux allows an argument 131,072 bytes. In the longest title
 * no more than 5 minutes are then left to be filled at one go: 115 MB.
 */
const mostSilences = 300;

/**
 * Sound on the title's time line, as `chain`, from its beginning. swresample fills a gap at one go, in memory: at the
 * longest silences the sound is taken apart, each part filled up to its length from nothing, and put together again.
 */
function filledSilences(chain: string, silences: readonly (readonly [number, number])[], samples: number): string {
  const longest = silences
    .toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))
    .slice(0, mostSilences)
    .toSorted((a, b) => a[1] - b[1]);
  const ends = longest.map(([, to]) => (to - silenceMarginMs) * (sampleRate / 1000)).filter((cut) => cut < samples);
  const cuts = [0, ...ends, samples];
  const parts = cuts.slice(1).map((end, part) => {
    const start = cuts[part] as number;
    // By number, for a part in which nothing is heard has no times.
    return (
      `[part${part}]atrim=start_pts=${start}:end_pts=${end},asetpts=PTS-${start},${onItsTimes},` +
      `apad,asetpts=N,atrim=end_sample=${end - start}[filled${part}]`
    );
  });
  return [
    `${chain},asplit=${parts.length}${parts.map((_, part) => `[part${part}]`).join('')}`,
    ...parts,
    // `concat` counts in microseconds and rounds at each part: samples are counted anew.
    `${parts.map((_, part) => `[filled${part}]`).join('')}concat=n=${parts.length}:v=0:a=1,asettb=1/${sampleRate},asetpts=N`,
  ].join(';');
}

/**
 * One decode for all qualities: sound is put on its time stamps, then made exactly as long as the picture. The first
 * 1024 samples make room for the encoder's priming packet, which is then heard as 21 ms of silence in their place:
 * everything after it is in sync without an edit list.
 */
export function audioFilterGraph(plan: EncodingPlan, track: AudioTrackPlan): string {
  const channels = Math.max(...track.renditions.map((rendition) => rendition.channels));
  const samples = Math.max(titleSamples(plan), 2 * audioFrameSamples);
  const source = `[0:${track.stream}]asetpts=${toTitleTime(plan)}`;
  // rematrix_maxval: surround is mixed down without exceeding full scale.
  const mixed = (resample: string) =>
    `${source},${resample}:rematrix_maxval=1,` +
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}`;
  const chain = [
    track.silences ? filledSilences(mixed(`aresample=${sampleRate}`), track.silences, samples) : mixed(onItsTimes),
    'apad',
    `atrim=start_sample=${audioFrameSamples}:end_sample=${samples}`,
    `asplit=${track.renditions.length}`,
  ];
  return `${chain.join(',')}${track.renditions.map((_, index) => `[out${index}]`).join('')}`;
}

/** The file of a piece; the name is what ffmpeg announces when the piece is closed. */
export function pieceName(rendition: Pick<AudioRendition, 'name'>, index: number): string {
  return `${rendition.name}.${String(index).padStart(5, '0')}.ts`;
}

/** Which piece a line of standard error announces, if it does. */
export function announcedPiece(
  line: string,
  track: AudioTrackPlan,
): { readonly rendition: AudioRendition; readonly index: number } | undefined {
  const match = /^([a-z0-9-]+)\.(\d{5})\.ts$/.exec(line.trim());
  const rendition = track.renditions.find(({ name }) => name === match?.[1]);
  return match && rendition ? { rendition, index: Number(match[2]) } : undefined;
}

function outputOptions(plan: EncodingPlan, rendition: AudioRendition): string[] {
  return [
    '-c:a',
    'aac',
    '-profile:a',
    'aac_low',
    '-b:a',
    String(rendition.bitrate),
    '-ac',
    String(rendition.channels),
    '-ar',
    String(sampleRate),
    ...muxerOptions(plan),
    // One encoder run, cut between packets; every closed piece is announced on standard error.
    '-f',
    'segment',
    '-segment_format',
    'mpegts',
    '-segment_time',
    String(pieceSeconds),
    // Each AAC packet in a PES packet of its own: every one keeps its exact time.
    '-segment_format_options',
    'pes_payload_size=0',
    '-segment_list',
    'pipe:2',
    '-segment_list_type',
    'flat',
  ];
}

/** The command line that encodes one track, whole, into its renditions. `outputDir` is absolute. */
export function audioCommandLine(options: {
  readonly sourcePath: string;
  readonly plan: EncodingPlan;
  readonly track: AudioTrackPlan;
  readonly outputDir: string;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, track } = options;
  // The segment muxer takes the target for a pattern: a percent sign in the folder's name must stay one.
  const folder = options.outputDir.replaceAll('%', '%%');
  return {
    inputOptions: [
      ...programOptions,
      '-threads',
      '1',
      '-copyts',
      ...sourceOptions(plan, options.maxPixels, options.sourcePath),
    ],
    input: fileUrl(options.sourcePath),
    filterGraph: audioFilterGraph(plan, track),
    outputs: track.renditions.map((rendition, index) => ({
      options: ['-map', `[out${index}]`, ...outputOptions(plan, rendition)],
      target: fileUrl(path.join(folder, `${rendition.name}.%05d.ts`)),
    })),
  };
}
