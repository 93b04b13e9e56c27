import type { PlannedChunk, Rational } from '../plan.ts';
import { longGapMs, type VideoInfo } from '../../server/assets/media-info.ts';
import { framesPerSecond } from './frame-rate.ts';

/** A longer chunk does not fit: its files are read whole, and a failure loses all of it. */
const longestChunkSeconds = 600;

/** Decoding begins this long before the frame it must have, so that seeking by rounded times never misses it. */
const marginMs = 250;

/**
 * From where to decode so that the source frame shown at `atMs` is among the decoded ones.
 * @param atMs on the source's time line, 0 at its first frame
 */
export function decodeFrom(atMs: number, video: Pick<VideoInfo, 'gaps' | 'longestGapMs' | 'firstKeyMs'>): number {
  const from = Math.floor(lastFrameBefore(atMs, video) - marginMs);
  // Before the first key frame there is nothing to seek to.
  return from <= (video.firstKeyMs ?? 0) ? 0 : from;
}

/** The frame shown at `atMs` came no earlier than this. */
function lastFrameBefore(atMs: number, video: Pick<VideoInfo, 'gaps' | 'longestGapMs'>): number {
  if (!video.gaps) return atMs - video.longestGapMs;
  // No gap listed around it: the frame shown then came at most longGapMs earlier.
  const gap = video.gaps.findLast(([from, to]) => from <= atMs && to >= atMs - longGapMs);
  return Math.min(atMs - longGapMs, gap?.[0] ?? atMs);
}

/**
 * Cuts a title into chunks of whole segments: a short first one that is playable soon, then ever longer ones. A tail of
 * less than half a chunk goes to the chunk before it. Where key frames are far apart, a chunk is as long as what has to
 * be decoded before it, up to ten minutes: every frame is decoded about twice, not once for every chunk after it.
 * @param options.leadFrames output frames before the source's first frame
 * @param options.lastPictureMs when the last picture of the source begins, from its first one; chunks after that show
 *   nothing else
 */
export function planChunks(options: {
  readonly frames: number;
  readonly frameRate: Rational;
  readonly segmentFrames: number;
  readonly chunkSeconds: number;
  readonly firstChunkSeconds: number;
  readonly leadFrames: number;
  readonly lastPictureMs: number;
  readonly video: Pick<VideoInfo, 'gaps' | 'longestGapMs' | 'keySpans' | 'firstKeyMs'>;
}): PlannedChunk[] {
  const { frames, frameRate, segmentFrames, leadFrames, video } = options;
  const wholeSegments = (seconds: number) =>
    Math.max(1, Math.round((seconds * framesPerSecond(frameRate)) / segmentFrames)) * segmentFrames;
  const longest = wholeSegments(Math.max(options.chunkSeconds, longestChunkSeconds));
  const msOf = (frame: number) => (frame * frameRate.den * 1000) / frameRate.num;
  const leadMs = msOf(leadFrames);
  const chunks: PlannedChunk[] = [];
  for (let firstFrame = 0; firstFrame < frames;) {
    const at = Math.min(msOf(firstFrame) - leadMs, options.lastPictureMs);
    const from = decodeFrom(at, video);
    const span = video.keySpans.find(([key, next]) => key <= from && from < next);
    const before = span ? (at - span[0]) / 1000 : 0;
    const usual = Math.min(longest, wholeSegments(Math.max(options.chunkSeconds, before)));
    // No longer than everything before it, which plays while it is encoded: 4, 4, 8, 16 s and so on.
    const wanted = firstFrame === 0 ? wholeSegments(options.firstChunkSeconds) : Math.min(usual, firstFrame);
    const rest = frames - firstFrame - wanted;
    const smallTail = firstFrame === 0 ? segmentFrames / 2 : wanted / 2;
    const length = rest < smallTail ? frames - firstFrame : wanted;
    chunks.push({
      index: chunks.length,
      firstFrame,
      frames: length,
      decodeFromMs: from === 0 ? 0 : Math.floor(from + leadMs),
    });
    firstFrame += length;
  }
  return chunks;
}
