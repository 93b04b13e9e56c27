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
 * Each part takes about 240 characters of the graph, once for stereo and once for 5.1, and Linux allows an argument
 * 131,072 bytes. In the longest title no more than 6 minutes are then left to be filled at one go: 140 MB, 415 in 5.1.
 */
const mostSilences = 250;

const layouts = { 1: 'mono', 2: 'stereo', 6: '5.1' } as const;

/** One of the mixes that a track is heard as, and the places of the renditions that are encoded from it. */
interface Mix {
  readonly channels: AudioRendition['channels'];
  /** As ffmpeg names it. */
  readonly layout: (typeof layouts)[AudioRendition['channels']];
  readonly renditions: readonly number[];
}

function mixesOf({ renditions }: AudioTrackPlan): Mix[] {
  const numbers = new Set(renditions.map(({ channels }) => channels));
  return [...numbers].map((channels) => ({
    channels,
    layout: layouts[channels],
    renditions: [...renditions.keys()].filter((index) => renditions[index]?.channels === channels),
  }));
}

/**
 * Sound on the title's time line, as `chain`, from its beginning. swresample fills a gap at one go, in memory: at the
 * longest silences the sound is taken apart, each part filled up to its length from nothing, and put together again.
 */
function filledSilences(
  chain: string,
  { channels }: Mix,
  silences: readonly (readonly [number, number])[],
  samples: number,
): string {
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
      `[part${part}of${channels}]atrim=start_pts=${start}:end_pts=${end},asetpts=PTS-${start},${onItsTimes},` +
      `apad,asetpts=N,atrim=end_sample=${end - start}[filled${part}of${channels}]`
    );
  });
  const labels = (kind: string) => parts.map((_, part) => `[${kind}${part}of${channels}]`).join('');
  return [
    `${chain},asplit=${parts.length}${labels('part')}`,
    ...parts,
    // `concat` counts in microseconds and rounds at each part: samples are counted anew.
    `${labels('filled')}concat=n=${parts.length}:v=0:a=1,asettb=1/${sampleRate},asetpts=N`,
  ].join(';');
}

/** What is decoded for a track: the track of the source, or something that was made of it. */
export interface SoundSource {
  readonly path: string;
  readonly demuxer: string;
  /** For each mix of the track the stream that it is made from: the same one, or one that is mixed already. */
  readonly streams: readonly number[];
  /** Each frame's time on the title's time line, as `asetpts` reckons it. */
  readonly time: string;
}

export const soundOfSource = (file: string, plan: EncodingPlan, track: AudioTrackPlan): SoundSource => ({
  path: file,
  demuxer: plan.sourceFormat,
  streams: mixesOf(track).map(() => track.stream),
  time: toTitleTime(plan),
});

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

/** Input of the graph for the mix at this place. */
const inputOf = ({ streams }: SoundSource, place: number): string => `[0:${streams[place]}]`;

/** A track's sound from its source, mixed as it will be heard; `resample` puts it on its times, or not. */
function mixedSound(input: string, source: SoundSource, track: AudioTrackPlan, mix: Mix, resample: string): string {
  return [
    `${input}asetpts=${source.time}`,
    ...mixFilters(track),
    // rematrix_maxval: surround is mixed down without exceeding full scale.
    `${resample}:rematrix_maxval=1`,
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${mix.layout}`,
  ].join(',');
}

/**
 * One decode for all qualities: in each mix, sound is put on its time stamps, then made exactly as long as the picture.
 * The time stamps alone decide what becomes of it, so all mixes are in sync to the sample. The first 1024 samples make
 * room for the encoder's priming packet, which is then heard as 21 ms of silence in their place: everything after it is
 * in sync without an edit list.
 */
export function audioFilterGraph(plan: EncodingPlan, track: AudioTrackPlan, source: SoundSource): string {
  return mixesOf(track)
    .map((mix, place) => mixGraph(plan, track, mix, source, inputOf(source, place)))
    .join(';');
}

function mixGraph(plan: EncodingPlan, track: AudioTrackPlan, mix: Mix, source: SoundSource, input: string): string {
  const samples = Math.max(titleSamples(plan), 2 * audioFrameSamples);
  const mixed = (resample: string) => mixedSound(input, source, track, mix, resample);
  const chain = [
    track.silences ? filledSilences(mixed(`aresample=${sampleRate}`), mix, track.silences, samples) : mixed(onItsTimes),
    // By number, for where nothing is heard at all `apad` makes frames without times.
    'apad',
    'asetpts=N',
    `atrim=start_sample=${audioFrameSamples}:end_sample=${samples}`,
    `asplit=${mix.renditions.length}`,
  ];
  return `${chain.join(',')}${mix.renditions.map((index) => `[out${index}]`).join('')}`;
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
  return match && Number(match[1]) === source.streams[0] ? Number(match[2]) : undefined;
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
 * The command line that makes a file of one rate of a track in which rate or channels change, with a stream for each
 * mix: here ffmpeg may build its graph anew, for nothing in it counts. The sound keeps its times, on the title's time
 * line.
 */
export function uniformSoundCommandLine(options: {
  readonly source: SoundSource;
  readonly plan: EncodingPlan;
  readonly track: AudioTrackPlan;
  readonly target: string;
  readonly maxPixels: number;
}): FfmpegCommandLine {
  const { plan, track, source, target } = options;
  const mixes = mixesOf(track);
  const bytes = titleSamples(plan) * mixes.reduce((sum, { channels }) => sum + channels, 0) * bytesPerSample;
  const format = ['-c:a', 'pcm_s16le', '-f', 'nut', '-fs', String(Math.ceil(bytes * 1.5) + 1_000_000)];
  const input = inputOptions(plan, source, options.maxPixels);
  const title = `atrim=start=0:end=${planSeconds(plan)}`;
  return {
    inputOptions: input.with(input.indexOf('-reinit_filter') + 1, '1'),
    input: fileUrl(source.path),
    filterGraph: mixes
      .map((mix, place) => {
        const mixed = mixedSound(inputOf(source, place), source, track, mix, `aresample=${sampleRate}`);
        return `${mixed},${title}[mix${place}]`;
      })
      .join(';'),
    outputs: [
      { options: [...mixes.flatMap((_, place) => ['-map', `[mix${place}]`]), ...format], target: fileUrl(target) },
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
