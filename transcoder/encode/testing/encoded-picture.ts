import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Test } from 'tap';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { parseLadder } from '../../ladder/ladder-file.ts';
import { planEncoding } from '../../ladder/plan-encoding.ts';
import type { EncodingPlan } from '../../plan.ts';
import { probeMedia } from '../../probe/probe-media.ts';
import { defaults, shades, shadesIn, silent, tools } from '../../testing/clips.ts';
import { encodeVideoChunk } from '../encode-video-chunk.ts';
import { remuxToMatroska } from '../remux.ts';

/** Small, fast and of one rung: these tests ask which frames come out, not how good they look. */
export const ladder = parseLadder(
  `
preset: ultrafast
video: [{ shortSide: 60, crf: 10, maxBitrate: 4000000, bufferMs: 1000, audio: '48' }, { shortSide: 62, crf: 10, maxBitrate: 5000000, bufferMs: 1000, audio: '48' }]
second: { crfDelta: 0, bitrateShare: 0.5 }
audio: [{ quality: '48', bitrate: 48000 }]
`,
  'test',
);
export const encode = { gopSeconds: 0.5, segmentSeconds: 1, chunkSeconds: 2, firstChunkSeconds: 1 };

export const probe = async (file: string): Promise<MediaInfo> =>
  probeMedia({ path: file, limits: defaults.media, tools: await tools(), logger: silent, niceness: 0 });

/** Encodes all chunks, two at a time, and returns the stitched stream of the first rendition. */
export async function encodeAll(
  t: Test,
  folderOfTest: string,
  sourcePath: string,
  plan: EncodingPlan,
): Promise<string> {
  const folder = mkdtempSync(path.join(folderOfTest, 'encoded-'));
  const name = plan.video[0]?.name as string;
  const parts: string[] = [];
  const queue = [...plan.chunks];
  const logger = Object.assign(Object.create(silent) as typeof silent, {
    warn: (fields: object) => t.fail('a chunk needed a second try', fields),
  });
  await Promise.all(
    [0, 1].map(async () => {
      for (let chunk = queue.shift(); chunk; chunk = queue.shift()) {
        const outputDir = path.join(folder, String(chunk.index));
        mkdirSync(outputDir);
        const { files } = await encodeVideoChunk({
          sourcePath,
          plan,
          chunk,
          outputDir,
          tools: await tools(),
          logger,
          niceness: 0,
          stallSeconds: 60,
        });
        t.strictSame(
          [...files.keys()],
          plan.video.map((rendition) => rendition.name),
        );
        parts[chunk.index] = files.get(name) as string;
      }
    }),
  );
  const stitched = path.join(folder, 'stitched.ts');
  writeFileSync(stitched, Buffer.concat(parts.map((part) => readFileSync(part))));
  return stitched;
}

/** The frame shown at each output index: the last source frame whose time rounds to that index or an earlier one. */
function expectedFrames(times: readonly number[], plan: EncodingPlan): number[] {
  const rate = plan.frameRate.num / plan.frameRate.den;
  const indexes = times.map((time) => Math.round((time - (times[0] as number)) * rate + 1e-6));
  return Array.from(
    { length: plan.frames },
    (_, index) =>
      Math.max(
        0,
        indexes.findLastIndex((at) => at <= index),
      ) % shades,
  );
}

/** Encodes a clip of `grayClip` and asserts that each picture stands where its time says. */
export async function checkFrames(
  t: Test,
  file: string,
  times: readonly number[],
  expected: { readonly rate: string; readonly frames: number },
): Promise<EncodingPlan> {
  const info = await probe(file);
  const plan = planEncoding({ info, ladder, encode, sourceKey: 'test' });
  t.equal(`${plan.frameRate.num}/${plan.frameRate.den}`, expected.rate, 'frame rate');
  t.equal(plan.frames, expected.frames, 'frames in all');
  t.ok(plan.chunks.length >= 2, 'more than one chunk');
  const stitched = await encodeAll(t, path.dirname(file), file, plan);
  t.strictSame(
    await shadesIn('-i', stitched),
    expectedFrames(times, plan),
    'every chunk holds exactly the frames that a whole decode would',
  );
  return plan;
}

/** Times of pictures, in seconds. */
export const evenly = (frames: number, rate: number) => Array.from({ length: frames }, (_, frame) => frame / rate);

/** What is decoded for a title, as `prepare` makes it: the clip, or its copy where it cannot be cut as it is. */
export async function prepared(file: string): Promise<{ readonly sourcePath: string; readonly info: MediaInfo }> {
  const info = await probe(file);
  if (!info.needsRemux) return { sourcePath: file, info };
  const sourcePath = `${file}-copy.mkv`;
  const common = { limits: defaults.media, tools: await tools(), logger: silent, niceness: 0, stallSeconds: 60 };
  const sourceBytes = statSync(file).size;
  return {
    sourcePath,
    info: await remuxToMatroska({ sourcePath: file, outputPath: sourcePath, info, sourceBytes, ...common }),
  };
}
