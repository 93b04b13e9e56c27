import path from 'node:path';
import type { AudioRendition, AudioTrackPlan, EncodingPlan } from '../plan.ts';
import { audioFrameSamples, planSeconds, sampleRate, titleSamples } from '../timeline.ts';
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

/** What is decoded for a track: the track of the source, or something that was made of it. */
export interface SoundSource {
  readonly path: string;
  readonly demuxer: string;
  readonly stream: number;
  /** Each frame's time on the title's time line, as `asetpts` reckons it. */
  readonly time: string;
}

export const soundOfSource = (file: string, plan: EncodingPlan, track: AudioTrackPlan): SoundSource => ({
  path: file,
  demuxer: plan.sourceFormat,
  stream: track.stream,
  time: toTitleTime(plan),
});

const mixedChannels = (track: AudioTrackPlan): number =>
  Math.max(...track.renditions.map((rendition) => rendition.channels));

const layoutOf = (track: AudioTrackPlan): string => (mixedChannels(track) === 1 ? 'mono' : 'stereo');

/** Channels that swresample cannot place become two that it can. Never louder than full scale. */
function mixFilters({ mix }: AudioTrackPlan): string[] {
  if (!mix) return [];
  // B-format of ACN order, SN3D scale (Ambix): W and Y give two cardioids that look left and right.
  if (mix.kind === 'ambisonic') return ['pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1'];
  const turn = (first: number) => {
    const channels = Array.from({ length: mix.channels }, (_, channel) => channel).filter((n) => n % 2 === first);
    return channels.map((channel) => `${(1 / channels.length).toFixed(6)}*c${channel}`).join('+');
  };
  return [`pan=stereo|c0=${turn(0)}|c1=${turn(1)}`];
}

/** A track's sound from its source, mixed as it will be heard; `resample` puts it on its times, or not. */
function mixedSound(source: SoundSource, track: AudioTrackPlan, resample: string): string {
  return [
    `[0:${source.stream}]asetpts=${source.time}`,
    ...mixFilters(track),
    // rematrix_maxval: surround is mixed down without exceeding full scale.
    `${resample}:rematrix_maxval=1`,
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layoutOf(track)}`,
  ].join(',');
}

/**
 * One decode for all qualities: sound is put on its time stamps, then made exactly as long as the picture. The first
 * 1024 samples make room for the encoder's priming packet, which is then heard as 21 ms of silence in their place:
 * everything after it is in sync without an edit list.
 */
export function audioFilterGraph(plan: EncodingPlan, track: AudioTrackPlan, source: SoundSource): string {
  const samples = Math.max(titleSamples(plan), 2 * audioFrameSamples);
  const mixed = (resample: string) => mixedSound(source, track, resample);
  const chain = [
    track.silences ? filledSilences(mixed(`aresample=${sampleRate}`), track.silences, samples) : mixed(onItsTimes),
    // By number, for where nothing is heard at all `apad` makes frames without times.
    'apad',
    'asetpts=N',
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

/**
 * Options for the one input, `source`. Everything ffmpeg says is said with its level, for at the end, and only then, it
 * tells how much it decoded.
 */
function inputOptions(plan: EncodingPlan, source: SoundSource, maxPixels: number): string[] {
  return [
    ...programOptions,
    '-loglevel',
    'repeat+level+verbose',
    '-threads',
    '1',
    '-copyts',
    // With a graph that is built anew the clock would begin anew, too.
    '-reinit_filter',
    '0',
    ...sourceOptions({ ...plan, sourceFormat: source.demuxer }, maxPixels, source.path),
  ];
}

/** What ffmpeg says before it gives up, when rate, channels or format of the sound change in the track. */
export const saysSoundChanges = (line: string): boolean =>
  line.includes('Changing audio frame properties on the fly is not supported');

/** How many samples were decoded of the input's stream, once ffmpeg tells it. */
export function decodedSamples(line: string, source: SoundSource): number | undefined {
  const match = /Input stream #0:(\d+) \(audio\): .* frames decoded \((\d+) samples\)/.exec(line);
  return match && Number(match[1]) === source.stream ? Number(match[2]) : undefined;
}

/** A line that is no warning, as `-loglevel level` marks it. */
export const isChatter = (line: string): boolean => /^(?:\[[^\]]* @ 0x[0-9a-f]+\] )*\[(?:info|verbose)\]/.test(line);

/** The command line that encodes one track, whole, into its renditions. `outputDir` is absolute. */
export function audioCommandLine(options: {
  readonly source: SoundSource;
  readonly plan: EncodingPlan;
  readonly track: AudioTrackPlan;
  readonly outputDir: string;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, track, source } = options;
  // The segment muxer takes the target for a pattern: a percent sign in the folder's name must stay one.
  const folder = options.outputDir.replaceAll('%', '%%');
  return {
    inputOptions: inputOptions(plan, source, options.maxPixels),
    input: fileUrl(source.path),
    filterGraph: audioFilterGraph(plan, track, source),
    outputs: track.renditions.map((rendition, index) => ({
      options: ['-map', `[out${index}]`, ...outputOptions(plan, rendition)],
      target: fileUrl(path.join(folder, `${rendition.name}.%05d.ts`)),
    })),
  };
}

const bytesPerSample = 2;

/**
 * The command line that makes a file of one rate and channel layout of a track in which these change: here ffmpeg may
 * build its graph anew, for nothing in it counts. The sound keeps its times, on the title's time line.
 */
export function uniformSoundCommandLine(options: {
  readonly source: SoundSource;
  readonly plan: EncodingPlan;
  readonly track: AudioTrackPlan;
  readonly target: string;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, track, source, target } = options;
  const bytes = titleSamples(plan) * mixedChannels(track) * bytesPerSample;
  const input = inputOptions(plan, source, options.maxPixels);
  const title = `atrim=start=0:end=${planSeconds(plan)}`;
  return {
    inputOptions: input.with(input.indexOf('-reinit_filter') + 1, '1'),
    input: fileUrl(source.path),
    filterGraph: `${mixedSound(source, track, `aresample=${sampleRate}`)},${title}[out]`,
    outputs: [
      {
        options: ['-map', '[out]', '-c:a', 'pcm_s16le', '-f', 'nut', '-fs', String(Math.ceil(bytes * 1.5) + 1_000_000)],
        target: fileUrl(target),
      },
    ],
  };
}

/** The command line that takes a track out of its container as it is, into a file whose packets hold one frame each. */
export function unpackCommandLine(options: {
  readonly sourcePath: string;
  readonly plan: EncodingPlan;
  readonly track: AudioTrackPlan;
  readonly format: string;
  readonly target: string;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, track } = options;
  return {
    inputOptions: [...programOptions, ...sourceOptions(plan, options.maxPixels, options.sourcePath)],
    input: fileUrl(options.sourcePath),
    outputs: [
      { options: ['-map', `0:${track.stream}`, '-c', 'copy', '-f', options.format], target: fileUrl(options.target) },
    ],
  };
}
