import type { VideoRendition } from '../plan.ts';

/**
 * Shares renditions out so that encoders that run side by side end at about the same time: the largest first, each
 * to the one that has least to do.
 * @param groups at most so many, none of them empty
 */
export function shareOut(renditions: readonly VideoRendition[], groups: number): VideoRendition[][] {
  const shares = Array.from({ length: Math.max(1, Math.min(groups, renditions.length)) }, () => ({
    pixels: 0,
    renditions: [] as VideoRendition[],
  }));
  for (const rendition of renditions.toSorted((a, b) => b.width * b.height - a.width * a.height)) {
    const least = shares.reduce((a, b) => (b.pixels < a.pixels ? b : a));
    least.renditions.push(rendition);
    least.pixels += rendition.width * rendition.height;
  }
  return shares.map((share) => share.renditions);
}
