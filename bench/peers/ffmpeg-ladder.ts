/** A picture of the ladder that a title was encoded to. */
export interface VideoRung {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly crf: number;
  /** Bits per second. */
  readonly maxBitrate: number;
  readonly bufferBits: number;
}

export interface AudioRung {
  readonly name: string;
  /** Bits per second. */
  readonly bitrate: number;
  readonly channels: number;
}

/** What a command line makes of a file. */
export interface LadderJob {
  readonly source: string;
  /** Where each rung gets a folder, which must be there. */
  readonly folder: string;
  readonly preset: string;
  /** Frames per second, as ffmpeg reads them. */
  readonly frameRate: string;
  /** Seconds. */
  readonly gopSeconds: number;
  readonly segmentSeconds: number;
  readonly video: readonly VideoRung[];
  readonly audio: readonly AudioRung[];
}

/** Media playlist of a rung: it is there once its first segment is. */
export const playlistOf = (folder: string, name: string): string => `${folder}/${name}/index.m3u8`;

/** Options by their names, in their order: `{ f: 'hls' }` -> `-f hls`. */
const options = (named: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(named).flatMap(([name, value]) => [`-${name}`, String(value)]);

function hlsOutput({ folder, segmentSeconds }: LadderJob, name: string): string[] {
  return [
    ...options({
      f: 'hls',
      hls_time: segmentSeconds,
      hls_playlist_type: 'event',
      hls_segment_type: 'fmp4',
      hls_flags: 'independent_segments',
      hls_fmp4_init_filename: 'init.mp4',
      hls_segment_filename: `${folder}/${name}/%05d.m4s`,
    }),
    playlistOf(folder, name),
  ];
}

function videoOutput(job: LadderJob, rung: VideoRung, label: string): string[] {
  return [
    ...options({
      map: label,
      'c:v': 'libx264',
      preset: job.preset,
      'profile:v': 'high',
      pix_fmt: 'yuv420p',
      crf: rung.crf,
      maxrate: rung.maxBitrate,
      bufsize: rung.bufferBits,
      force_key_frames: `expr:gte(t,n_forced*${job.gopSeconds})`,
      sc_threshold: 0,
      'forced-idr': 1,
    }),
    ...hlsOutput(job, rung.name),
  ];
}

function audioOutput(job: LadderJob, { name, bitrate, channels }: AudioRung): string[] {
  return [
    ...options({ map: '0:a:0', 'c:a': 'aac', 'b:a': bitrate, ac: channels, ar: 48_000 }),
    ...hlsOutput(job, name),
  ];
}

const first = (job: LadderJob): string[] => ['-nostdin', '-v', 'error', '-y', '-i', job.source];

/** Splits down the sizes, as somebody does who knows ffmpeg: each is scaled from the next larger one. */
function scaleChain({ video, frameRate }: LadderJob): string {
  const largestFirst = video
    .map((rung, index) => ({ ...rung, label: `[out${index}]` }))
    .toSorted((a, b) => b.width * b.height - a.width * a.height);
  const parts: string[] = [];
  let from = '[0:v:0]';
  let scaled = `fps=${frameRate},`;
  for (const [index, { width, height, label }] of largestFirst.entries()) {
    const isLast = index === largestFirst.length - 1;
    const next = `[next${index}]`;
    const split = isLast ? `null${label}` : `split=2${label}${next}`;
    parts.push(`${from}${scaled}scale=${width}:${height}:flags=bicubic,setsar=1,${split}`);
    [from, scaled] = [next, ''];
  }
  return parts.join(';');
}

/** One command: one decode, all rungs. */
export function oneCommand(job: LadderJob): string[] {
  return [
    ...first(job),
    '-filter_complex',
    scaleChain(job),
    ...job.video.flatMap((rung, index) => videoOutput(job, rung, `[out${index}]`)),
    ...job.audio.flatMap((rung) => audioOutput(job, rung)),
  ];
}

/** A command for each rung, each with a decode of its own; the sound goes with the first. Smallest picture first. */
export function commandPerRung(job: LadderJob): string[][] {
  return job.video
    .toSorted((a, b) => a.maxBitrate - b.maxBitrate)
    .map((rung, index) => [
      ...first(job),
      '-filter_complex',
      `[0:v:0]fps=${job.frameRate},scale=${rung.width}:${rung.height}:flags=bicubic,setsar=1[out]`,
      ...videoOutput(job, rung, '[out]'),
      ...(index === 0 ? job.audio.flatMap((each) => audioOutput(job, each)) : []),
    ]);
}
