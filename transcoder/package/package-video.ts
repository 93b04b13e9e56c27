import { readFile, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { EncodingPlan } from '../plan.ts';
import { packageFailed } from './failure.ts';
import { readMediaSegment, rebaseSegment, withoutDelay } from './media-segment.ts';
import { appendPiece, nextPiece } from './pieces.ts';
import { RenditionRuns, type PackagedPiece, type PackagedSegment, type RenditionOptions } from './rendition-runs.ts';
import { beginning, describeVideoSegment, placeAfter, type Place } from './segment-checks.ts';
import { frameTicks, timestampOffsetTicks } from '../timeline.ts';

/** Packages a video rendition: exactly one piece per chunk of the plan. @throws ProblemError package_failed */
export async function* packageVideo(
  options: RenditionOptions,
  pieces: AsyncIterator<Readable>,
): AsyncGenerator<PackagedPiece> {
  const { plan, renditionName, signal } = options;
  const runs = new RenditionRuns(options, 'video');
  const origin = timestampOffsetTicks(plan);
  let next = beginning;
  let sequenceNumber = 1;
  for (const { firstFrame, frames } of plan.chunks) {
    const input = runs.file('input.ts');
    const piece = await nextPiece(pieces, signal);
    if (!piece) throw packageFailed(`${renditionName} ended at frame ${firstFrame} of ${plan.frames}`);
    await appendPiece(piece, input, signal);
    const { init, initData, files, delayTicks } = await runs.run(input);
    const segments: PackagedSegment[] = [];
    for (const file of files) {
      const bounds = boundsOf(plan, next, firstFrame + frames).map((ticks) => ticks + origin);
      const data = withoutDelay(await readFile(file), init, { delayTicks, bounds });
      rebaseSegment(data, readMediaSegment(data, init), origin, sequenceNumber);
      const fragments = readMediaSegment(data, init);
      const segment = describeVideoSegment(plan, fragments, data.length, next);
      await writeFile(file, data);
      segments.push({ segment, file });
      sequenceNumber += fragments.length;
      next = placeAfter(next, segment, fragments);
    }
    if (next.firstFrame !== firstFrame + frames)
      throw packageFailed(`${renditionName} has ${next.firstFrame} frames where the plan has ${firstFrame + frames}`);
    yield { init, initData, segments };
  }
}

/** When the key frames of a segment are shown, and when it is over. */
function boundsOf(plan: EncodingPlan, { firstFrame }: Place, endFrame: number): readonly number[] {
  const end = Math.min(firstFrame + plan.segmentFrames, endFrame);
  const keyframes = Array.from(
    { length: Math.ceil((end - firstFrame) / plan.gopFrames) },
    (_, index) => firstFrame + index * plan.gopFrames,
  );
  return [...keyframes, end].map((frame) => frameTicks(plan, frame));
}
