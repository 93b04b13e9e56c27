import type { EncodingPlan, VideoRendition } from '../plan.ts';

/** A title has no more pictures than this. */
const mostStills = 24;
/**
 * Short side of a picture, in pixels, where a rendition is as large. A poster is cut out of it: of 720 one of 480
 * pixels across is left, of 360 one that is too coarse for a phone.
 */
const wantedSide = 720;

/**
 * Whether a picture is taken from this chunk: of some chunks, spread evenly over the title. Not of the first one as
 * long as there are others: viewers wait for it.
 */
export function isPictured({ chunks }: Pick<EncodingPlan, 'chunks'>, index: number): boolean {
  if (index === 0) return chunks.length === 1;
  const others = chunks.length - 1;
  if (others <= mostStills) return true;
  const place = Math.floor(((index - 1) * mostStills) / others);
  return index - 1 === Math.ceil((place * others) / mostStills);
}

/** The rendition from which pictures are taken: the smallest one that is large enough, else the largest. */
export function picturedRendition({ video }: Pick<EncodingPlan, 'video'>): VideoRendition {
  const side = ({ width, height }: VideoRendition) => Math.min(width, height);
  const rising = video.toSorted((a, b) => side(a) - side(b) || a.maxBitrate - b.maxBitrate);
  return rising.find((rendition) => side(rendition) >= wantedSide) ?? (rising.at(-1) as VideoRendition);
}
