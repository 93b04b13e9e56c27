import { readRenditionName } from '../../server/assets/rendition-names.ts';
import type { Presentation, VideoMedia } from './presentation.ts';

/**
 * The short sides of a presentation's video renditions below the highest, in pixels, highest first: each has
 * manifests of its own, for those who may not watch all of it.
 * @throws Error when a rendition's name does not say its short side
 */
export function rungsBelowTop({ video }: Pick<Presentation, 'video'>): readonly number[] {
  return [...new Set(video.map(shortSide))].toSorted((a, b) => b - a).slice(1);
}

/** The same title without the video above a rung. */
export function upToRung(presentation: Presentation, rung: number): Presentation {
  return { ...presentation, video: presentation.video.filter((video) => shortSide(video) <= rung) };
}

/** As the name says it, because that is what the origin goes by: of a very wide picture it is not the exact size. */
function shortSide({ name }: VideoMedia): number {
  const rendition = readRenditionName(name);
  if (rendition?.kind !== 'video') throw new Error(`${name} is not the name of a video rendition`);
  return rendition.shortSide;
}
