import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';

/*
 * A file says at any picture how large the next ones are. What was probed is no bound: a file that shows 320x180 and
 * then 8192x4352 made each decoder take 1.3 GB. So decoders are told, by `-max_pixels`, and refuse larger ones.
 */

/** A recording may grow to this size whatever it began with: a conference in which somebody shares a screen. */
const alwaysDecoded = 4096 * 2304;
/** Each side of a picture may double. */
const mostGrowth = 4;

/**
 * The largest picture that is decoded of a file, in pixels.
 * @param probed pixels of the pictures that were seen; undefined when none was
 * @param most the largest one that is accepted at all (`media.maxPixels`)
 */
export function decodablePixels(probed: number | undefined, most: number): number {
  return probed === undefined ? most : Math.min(most, Math.max(mostGrowth * probed, alwaysDecoded));
}

/** The size of the picture that a decoder refused for its limit, if the line says so. */
export function refusedPicture(line: string): { readonly width: number; readonly height: number } | undefined {
  const match = /Picture size (\d+)x(\d+) exceeds/.exec(line);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

/** What is said of a file whose pictures become too large on the way. */
export function pictureGrowsTooLarge(
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number,
): ProblemError {
  return new ProblemError(
    videoProblems.media_too_large_picture,
    `The picture becomes ${width}x${height} in the course of the video; at most ${maxPixels} pixels are accepted of a file that begins as this one does. Export the video in one size and upload that`,
    { extras: { width, height, maxPixels } },
  );
}
