import { readFile, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { EncodingPlan } from '../plan.ts';
import { packageFailed } from './failure.ts';
import type { InitSegment } from './init-segment.ts';
import { readMediaSegment, rebaseSegment, withLastSampleDuration, withShiftedComposition } from './media-segment.ts';
import { appendPiece, nextPiece } from './pieces.ts';
import { RenditionRuns, type PackagedPiece, type PackagedSegment, type RenditionOptions } from './rendition-runs.ts';
import { beginning, describeVideoSegment, placeAfter } from './segment-checks.ts';
import { frameTicks, timestampOffsetTicks } from '../timeline.ts';

/** Chunks that go through the packager together, and the frames of the title that they hold. */
interface VideoRun {
  readonly chunks: number;
  readonly firstFrame: number;
  readonly frames: number;
}

/** x264 delays by at most two frames; what holds more than that is delayed as everywhere else. */
const fewestFramesAlone = 8;

/**
 * One run per chunk, since chunks are whole segments. A last chunk of a few frames goes with the one before it: an
 * encoder that sees only a frame or two does not delay them, so alone it would come out with another edit list.
 */
function videoRuns(plan: EncodingPlan): readonly VideoRun[] {
  const runs = plan.chunks.map(({ firstFrame, frames }): VideoRun => ({ chunks: 1, firstFrame, frames }));
  const last = runs.at(-1);
  const before = runs.at(-2);
  if (!last || !before || last.frames >= fewestFramesAlone) return runs;
  return [...runs.slice(0, -2), { chunks: 2, firstFrame: before.firstFrame, frames: before.frames + last.frames }];
}

/** Packages a video rendition: exactly one piece per chunk of the plan. @throws ProblemError package_failed */
export async function* packageVideo(
  options: RenditionOptions,
  pieces: AsyncIterator<Readable>,
): AsyncGenerator<PackagedPiece> {
  const { plan, renditionName, signal } = options;
  const runs = new RenditionRuns(options, 'video');
  let next = beginning;
  let sequenceNumber = 1;
  for (const run of videoRuns(plan)) {
    const input = runs.file('input.ts');
    for (let chunk = 0; chunk < run.chunks; chunk++) {
      const piece = await nextPiece(pieces, signal);
      if (!piece) throw packageFailed(`${renditionName} ended at frame ${run.firstFrame} of ${plan.frames}`);
      await appendPiece(piece, input, signal);
    }
    const { init, initData, files, compositionShift } = await runs.run(input);
    const segments: PackagedSegment[] = [];
    for (const [index, file] of files.entries()) {
      let data: Buffer = await readFile(file);
      if (index === files.length - 1) data = endingAt(data, init, plan, run.firstFrame + run.frames);
      data = withShiftedComposition(data, init, compositionShift);
      rebaseSegment(data, readMediaSegment(data, init), timestampOffsetTicks(plan), sequenceNumber);
      const fragments = readMediaSegment(data, init);
      const segment = describeVideoSegment(plan, init, fragments, data.length, next);
      await writeFile(file, data);
      segments.push({ segment, file });
      sequenceNumber += fragments.length;
      next = placeAfter(next, segment, fragments);
    }
    if (next.firstFrame !== run.firstFrame + run.frames) {
      throw packageFailed(
        `${renditionName} has ${next.firstFrame} frames where the plan has ${run.firstFrame + run.frames}`,
      );
    }
    yield { init, initData, segments };
  }
}

/** Gives the last frame of a run the duration that takes it to where the next one begins. */
function endingAt(data: Buffer, init: InitSegment, plan: EncodingPlan, frame: number): Buffer {
  const last = readMediaSegment(data, init).at(-1);
  const sample = last?.samples.at(-1);
  if (!last || !sample) return data;
  const end = last.decodeTime + last.durationTicks - timestampOffsetTicks(plan);
  const wanted = sample.durationTicks + frameTicks(plan, frame) - end;
  // Not possible where a last chunk of a frame or two came without the usual delay: its decode times then end
  // later than its pictures. That harms nobody, for nothing follows.
  return wanted < 1 || wanted === sample.durationTicks ? data : withLastSampleDuration(data, init, wanted);
}
