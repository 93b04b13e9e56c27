import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { EncodingPlan, Rational } from '../../plan.ts';
import { audioFrames, ticksPerSecond, timestampOffsetTicks } from '../../timeline.ts';

const run = promisify(execFile);

export interface TitleOptions {
  readonly frameRate: Rational;
  readonly gopFrames: number;
  readonly segmentFrames: number;
  /** Frames of each chunk. */
  readonly chunks: readonly number[];
  /** Tracks; default one in English. */
  readonly languages?: readonly string[];
  readonly videoRenditions?: number;
}

/** A plan for tiny pictures, made by hand. */
export function tinyPlan(options: TitleOptions): EncodingPlan {
  const { frameRate, gopFrames, segmentFrames, languages = ['en'], videoRenditions = 2 } = options;
  let firstFrame = 0;
  const chunks = options.chunks.map((frames, index) => {
    const chunk = { index, firstFrame, frames, decodeFromMs: 0 };
    firstFrame += frames;
    return chunk;
  });
  const sizes = [
    { name: 'v180-300', width: 320, height: 180, maxBitrate: 300_000 },
    { name: 'v90-100', width: 160, height: 90, maxBitrate: 100_000 },
  ];
  return {
    sourceKey: 'sources/none',
    sourceFormat: 'none',
    videoStream: 0,
    sourceStartMicroseconds: 0,
    frameRate,
    frames: firstFrame,
    gopFrames,
    segmentFrames,
    deinterlace: false,
    orientation: { mirrored: false, rotation: 0 },
    sourceColor: { matrix: 'bt709', fullRange: false },
    finalHoldFrames: 0,
    chunks,
    video: sizes
      .slice(0, videoRenditions)
      .map((size) => ({
        ...size,
        preset: 'veryfast',
        crf: 30,
        bufferBits: size.maxBitrate,
        profile: 'main',
        level: '3.0',
        audioQuality: '64',
      })),
    audio: languages.map((language, track) => ({
      track,
      stream: track + 1,
      language,
      label: `Sound & "${language}"`,
      isDefault: track === 0,
      renditions: [{ name: `a${track}-64`, quality: '64', bitrate: 64_000, channels: 2, sampleRate: 48_000 }],
    })),
  };
}

/** The files of a title as the encoder leaves them: per rendition its pieces in order. */
export interface EncodedTitle {
  readonly plan: EncodingPlan;
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** Encodes moving test pictures and a tone, following the timestamp convention of `transcoder/encode`. */
export async function encodeTitle(ffmpeg: string, folder: string, options: TitleOptions): Promise<EncodedTitle> {
  const plan = tinyPlan(options);
  const { num, den } = plan.frameRate;
  const files = new Map<string, string[]>();
  const fileFor = async (rendition: string, index: number): Promise<string> => {
    const file = path.join(folder, rendition, `${String(index).padStart(5, '0')}.ts`);
    // Noted before anything is waited for: the order of the calls is the order of the pieces.
    files.set(rendition, [...(files.get(rendition) ?? []), file]);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  const seconds = (ticks: number): string => (ticks / ticksPerSecond).toFixed(9);
  const tsOutput = ['-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts'];
  for (const chunk of plan.chunks) {
    const outputs = await Promise.all(
      plan.video.map(async ({ name, width, height, maxBitrate }) => [
        '-vf',
        `scale=${width}:${height},settb=${den}/${num},setpts=N+${chunk.firstFrame}`,
        '-fps_mode',
        'passthrough',
        '-frames:v',
        String(chunk.frames),
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-threads',
        '1',
        '-crf',
        '30',
        '-profile:v',
        'main',
        '-level',
        '3.0',
        '-maxrate',
        String(maxBitrate),
        '-bufsize',
        String(maxBitrate),
        '-g',
        String(plan.gopFrames),
        '-keyint_min',
        String(plan.gopFrames),
        '-sc_threshold',
        '0',
        '-forced-idr',
        '1',
        '-output_ts_offset',
        seconds(timestampOffsetTicks(plan)),
        ...tsOutput,
        await fileFor(name, chunk.index),
      ]),
    );
    const picture = `testsrc2=rate=${num}/${den}:size=160x90,trim=start_frame=${chunk.firstFrame},setpts=PTS-STARTPTS`;
    await run(ffmpeg, ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', picture, ...outputs.flat()]);
  }
  for (const [index, track] of plan.audio.entries()) {
    for (const { name } of track.renditions) {
      const whole = path.join(folder, `${name}.ts`);
      // The encoder's priming packet takes the first one's place.
      await run(ffmpeg, [
        '-nostdin',
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        `sine=frequency=${440 * (index + 1)}:sample_rate=48000`,
        '-af',
        'asetpts=PTS+1024/SR/TB',
        '-frames:a',
        String(audioFrames(plan)),
        '-ac',
        '2',
        '-c:a',
        'aac',
        '-b:a',
        '64k',
        '-output_ts_offset',
        seconds(timestampOffsetTicks(plan)),
        ...tsOutput,
        whole,
      ]);
      // Two pieces, cut in the middle of a segment.
      const pieces = await Promise.all(
        ['gte(n,70)', 'lt(n,70)'].map(async (drop, piece) => [
          '-c',
          'copy',
          '-bsf:a',
          `noise=amount=0:drop='${drop}'`,
          ...tsOutput,
          await fileFor(name, piece),
        ]),
      );
      await run(ffmpeg, ['-nostdin', '-v', 'error', '-copyts', '-i', whole, ...pieces.flat()]);
    }
  }
  return { plan, files };
}

/** All pieces of a rendition at once. */
export async function* readPieces(title: EncodedTitle, renditionName: string): AsyncGenerator<Readable> {
  for (const file of title.files.get(renditionName) ?? []) yield createReadStream(file);
}
