import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { packageFailed } from './failure.ts';
import { readMediaSegment, rebaseSegment } from './media-segment.ts';
import { appendFileTo, appendPiece, nextPiece } from './pieces.ts';
import {
  RenditionRuns,
  type PackagedPiece,
  type PackagedSegment,
  type RenditionOptions,
  type RunResult,
} from './rendition-runs.ts';
import { beginning, describeAudioSegment, placeAfter } from './segment-checks.ts';
import { audioFrames, segmentTicks, timestampOffsetTicks } from '../timeline.ts';

/**
 * Packages an audio rendition. Its pieces come from one encoder run and are cut anywhere between two AAC frames, not
 * where segments are. So the last segment of a piece is only taken when it is full; otherwise the piece is kept
 * and packaged once more in front of the next one, and the segments that are already taken are left out.
 * @throws ProblemError package_failed, also when the track is not as long as the video
 */
export async function* packageAudio(
  options: RenditionOptions,
  pieces: AsyncIterator<Readable>,
): AsyncGenerator<PackagedPiece> {
  const { plan, renditionName, signal } = options;
  const runs = new RenditionRuns(options, 'audio');
  const [kept, input, arriving] = [runs.file('kept.ts'), runs.file('input.ts'), runs.file('arriving.ts')];
  let next = beginning;
  let sequenceNumber = 1;
  let pieceStartTicks = 0;
  let keeping = false;

  const take = async (
    result: RunResult,
    whole: boolean,
  ): Promise<{ segments: readonly PackagedSegment[]; endTicks: number }> => {
    const segments: PackagedSegment[] = [];
    let endTicks = 0;
    for (const [index, file] of result.files.entries()) {
      const data = await readFile(file);
      const raw = readMediaSegment(data, result.init);
      const startTicks = (raw[0]?.decodeTime ?? 0) - timestampOffsetTicks(plan);
      endTicks =
        raw.reduce((_, fragment) => fragment.decodeTime + fragment.durationTicks, 0) - timestampOffsetTicks(plan);
      const full = endTicks >= (Math.floor(startTicks / segmentTicks(plan)) + 1) * segmentTicks(plan);
      if (startTicks < next.decodeTicks || (index === result.files.length - 1 && !full && !whole)) continue;
      rebaseSegment(data, raw, timestampOffsetTicks(plan), sequenceNumber);
      const fragments = readMediaSegment(data, result.init);
      const segment = describeAudioSegment(fragments, data.length, next);
      await writeFile(file, data);
      segments.push({ segment, file });
      sequenceNumber += fragments.length;
      next = placeAfter(next, segment, fragments);
    }
    return { segments, endTicks };
  };

  let result: RunResult | undefined;
  for (let piece = await nextPiece(pieces, signal); piece; piece = await nextPiece(pieces, signal)) {
    await rm(arriving, { force: true });
    await appendPiece(piece, arriving, signal);
    if (keeping) await appendFileTo(arriving, kept, signal);
    else await rename(arriving, kept);
    await copyFile(kept, input);
    result = await runs.run(input);
    // The encoder's priming has its place in the title (../encode/README.md): nothing of it may be cut off.
    if (result.delayTicks !== 0) throw packageFailed(`${renditionName} begins ${result.delayTicks} ticks late`);
    const { segments, endTicks } = await take(result, false);
    if (segments.length > 0) yield { init: result.init, initData: result.initData, segments };
    // Whatever is not yet taken begins in this piece: the ones before it are not needed again.
    if (keeping && next.decodeTicks >= pieceStartTicks && next.decodeTicks < endTicks) await rename(arriving, kept);
    keeping = next.decodeTicks < endTicks;
    pieceStartTicks = endTicks;
  }
  if (!result) throw packageFailed(`${renditionName} has no audio`);
  const { segments } = keeping ? await take(result, true) : { segments: [] };
  if (next.firstFrame !== audioFrames(plan)) {
    throw packageFailed(`${renditionName} has ${next.firstFrame} AAC frames where the plan has ${audioFrames(plan)}`);
  }
  if (segments.length > 0) yield { init: result.init, initData: result.initData, segments };
}
