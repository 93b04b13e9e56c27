import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import type { Warning } from '../../../server/assets/warnings.ts';
import { parseLadder } from '../../ladder/ladder-file.ts';
import { planEncoding } from '../../ladder/plan-encoding.ts';
import type { EncodingPlan } from '../../plan.ts';
import { probeMedia } from '../../probe/probe-media.ts';
import { defaults, ffmpeg, silent, tools } from '../../testing/clips.ts';
import { encodeAudioTrack } from '../encode-audio-track.ts';
import { encodeVideoChunk } from '../encode-video-chunk.ts';

const ladder = parseLadder(
  `
preset: ultrafast
video: [{ shortSide: 60, crf: 30, maxBitrate: 400000, bufferMs: 1000, audio: '48' }]
second: { crfDelta: 3, bitrateShare: 0.5 }
audio: [{ quality: '128', bitrate: 128000 }, { quality: '48', bitrate: 48000 }]
surround: { quality: '384', bitrate: 384000, minVideoBitrate: 0 }
`,
  'test',
);

/** The plan of a clip, as the test ladder has it: one picture of 60 lines, sound at 128 and 48 kb/s, and at 384 in 5.1. */
export async function planFor(file: string): Promise<EncodingPlan> {
  const info = await probeMedia({
    path: file,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
  });
  return planOf(info);
}

/** The same of what was found out already. */
export function planOf(info: MediaInfo): EncodingPlan {
  return planEncoding({
    info,
    ladder,
    encode: { gopSeconds: 1, segmentSeconds: 2, chunkSeconds: 4, firstChunkSeconds: 2 },
    sourceKey: 'test',
  });
}

/** What became of a clip's first audio track. */
interface EncodedSound {
  readonly plan: EncodingPlan;
  readonly pieces: readonly string[];
  /** The first rendition's pieces, one after the other. */
  readonly stream: string;
  /** The same of each rendition, by its name. */
  readonly streams: ReadonlyMap<string, string>;
  readonly progress: readonly number[];
  readonly warnings: readonly Warning[];
}

/** Encodes the first audio track of a clip; what is made stands beside the clip. */
export async function encodeSound(file: string, signal?: AbortSignal, plan?: EncodingPlan): Promise<EncodedSound> {
  plan ??= await planFor(file);
  const outputDir = `${file}-encoded 100%`;
  mkdirSync(outputDir, { recursive: true });
  const pieces: string[] = [];
  const progress: number[] = [];
  const track = plan.audio[0];
  if (!track) throw new Error('The clip has no sound');
  const warnings = await encodeAudioTrack({
    sourcePath: file,
    plan,
    track,
    outputDir,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
    onPiece: async (name, index, piece) => {
      pieces.push(`${name} ${index}`);
      const copy = path.join(outputDir, `taken-${name}-${String(index).padStart(5, '0')}`);
      copyFileSync(piece, copy);
    },
    onProgress: (milliseconds) => progress.push(milliseconds),
    ...(signal && { signal }),
  });
  const streams = new Map(track.renditions.map(({ name }) => [name, `${file}.${name}.ts`]));
  for (const [name, stream] of streams) {
    const taken = readdirSync(outputDir)
      .filter((entry) => entry.startsWith(`taken-${name}-`))
      .toSorted();
    writeFileSync(stream, Buffer.concat(taken.map((entry) => readFileSync(path.join(outputDir, entry)))));
  }
  const stream = streams.get(track.renditions[0]?.name as string) as string;
  return { plan, pieces, stream, streams, progress, warnings };
}

/** Decoded samples of a channel of a file at 48 kHz; full scale is 1. */
export async function samples(stream: string, channel = 0): Promise<Float32Array> {
  const bytes = await ffmpeg('-i', stream, '-af', `pan=mono|c0=c${channel}`, '-ar', '48000', '-f', 'f32le', 'pipe:1');
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}

/** Milliseconds at which sound begins after at least 50 ms of silence. */
export function onsets(sound: Float32Array): number[] {
  const found: number[] = [];
  let quiet = Infinity;
  for (const [index, value] of sound.entries()) {
    if (Math.abs(value) < 0.02) quiet += 1;
    else {
      if (quiet > 2400) found.push(index / 48);
      quiet = 0;
    }
  }
  return found;
}

/** Encodes the picture of a clip in its smallest size; returns the milliseconds at which it turns from dark to bright. */
export async function flashes(file: string, plan: EncodingPlan): Promise<number[]> {
  const chunks: Buffer[] = [];
  for (const chunk of plan.chunks) {
    const outputDir = `${file}-picture-${chunk.index}`;
    mkdirSync(outputDir, { recursive: true });
    const common = { tools: await tools(), logger: silent, niceness: 0, stallSeconds: 60 };
    const { files } = await encodeVideoChunk({ sourcePath: file, plan, chunk, outputDir, ...common });
    chunks.push(readFileSync(files.get(plan.video.at(-1)?.name as string) as string));
  }
  const stream = `${file}-picture.ts`;
  writeFileSync(stream, Buffer.concat(chunks));
  const { passFrames } = await tools();
  const oneByOne = ['-vf', 'scale=1:1:flags=area,format=gray', ...passFrames, '-f', 'rawvideo', 'pipe:1'];
  const levels = await ffmpeg('-i', stream, ...oneByOne);
  if (levels.length !== plan.frames) throw new Error(`${levels.length} of ${plan.frames} frames were decoded`);
  const { num, den } = plan.frameRate;
  return [...levels].flatMap((level, frame) =>
    level > 120 && (levels[frame - 1] ?? 0) <= 120 ? [(frame * den * 1000) / num] : [],
  );
}
