import type { PictureKind, PictureView, TitlePictureKind } from '../api/types.ts';

/** What each kind of picture looks like, as the server has it. */
const shapes: Readonly<Record<PictureKind, { readonly across: number; readonly up: number; readonly least: number }>> =
  {
    poster: { across: 2, up: 3, least: 160 },
    cover: { across: 9, up: 16, least: 160 },
    banner: { across: 16, up: 9, least: 320 },
    portrait: { across: 1, up: 1, least: 96 },
  };

/** The kinds that titles have, in the order in which they stand on the page. */
export const titlePictureKinds: readonly TitlePictureKind[] = ['poster', 'cover', 'banner'];

/** The largest file that the server takes, in bytes. */
export const mostBytes = 20 * 1024 ** 2;
/** What it takes, for where files are chosen. */
export const takenTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];

/** Width : height. */
export const ratioOf = (kind: PictureKind): number => shapes[kind].across / shapes[kind].up;
/** The least width of what is shown, in pixels. */
export const leastWidth = (kind: PictureKind): number => shapes[kind].least;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether there is a part of the shape in a picture that is wide enough. */
export function isLargeEnough(kind: PictureKind, { width, height }: Size): boolean {
  return Math.min(width, Math.round(height * ratioOf(kind))) >= leastWidth(kind);
}

/** How much one may come closer to a picture before what is shown is too small: 1 is the whole of it, 8 the most. */
export function mostZoom(kind: PictureKind, { width, height }: Size): number {
  const whole = Math.min(width, height * ratioOf(kind));
  return Math.max(1, Math.min(8, whole / leastWidth(kind)));
}

/** A part of a picture in whole pixels, within it: what is rounded up at an edge is not beyond it. */
export function wholePart(
  part: Size & { readonly x: number; readonly y: number },
  within: Size,
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const left = Math.min(Math.max(0, Math.round(part.x)), within.width - 1);
  const top = Math.min(Math.max(0, Math.round(part.y)), within.height - 1);
  return {
    left,
    top,
    width: Math.max(1, Math.min(Math.round(part.width), within.width - left)),
    height: Math.max(1, Math.min(Math.round(part.height), within.height - top)),
  };
}

/** The address of a picture of about this width on the page, in pixels; the next larger one on dense screens. */
export function addressFor({ url, widths }: PictureView, width: number, format = 'webp'): string {
  const wanted = width * Math.min(globalThis.devicePixelRatio || 1, 2);
  const fitting = widths.find((each) => each >= wanted) ?? widths.at(-1) ?? 0;
  return url.replace('{width}', String(fitting)).replace('{format}', format);
}
