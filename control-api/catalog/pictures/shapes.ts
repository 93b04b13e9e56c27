import type { PictureKind, TitlePictureKind } from '../../../server/db/tables/pictures.ts';

interface Shape {
  /** Width : height. */
  readonly ratio: readonly [number, number];
  /** Widths in pixels in which it is made, as far as it is as wide; a picture is at least as wide as the first. */
  readonly widths: readonly number[];
}

/** What each kind of picture looks like. The only place that says so. */
const shapes: Readonly<Record<PictureKind, Shape>> = {
  poster: { ratio: [2, 3], widths: [160, 320, 480, 720, 1080] },
  cover: { ratio: [9, 16], widths: [160, 320, 480, 720, 1080] },
  banner: { ratio: [16, 9], widths: [320, 640, 960, 1280, 1920] },
  portrait: { ratio: [1, 1], widths: [96, 192, 384, 768] },
};

/** Of the longer side: so much may be cut off without anybody having said where. */
const tolerance = 0.02;

export const pictureKinds = Object.keys(shapes) as readonly PictureKind[];
/** The kinds that titles have; people have portraits. */
export const titlePictureKinds = pictureKinds.filter(
  (kind) => kind !== 'portrait',
) satisfies readonly TitlePictureKind[];

/** A part of a picture, in whole pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is shown of a picture of another shape: exactly this, or as much as there is around a point (0 to 1 each). */
export type Cut = { readonly crop: Rectangle } | { readonly focus: { readonly x: number; readonly y: number } };

/** The widths in which a picture so wide is made; none when it is too narrow. */
export function widthsOf(kind: PictureKind, width: number): readonly number[] {
  return shapes[kind].widths.filter((each) => each <= width);
}

/** The height that belongs to a width, in pixels. */
export function heightOf(kind: PictureKind, width: number): number {
  const [across, up] = shapes[kind].ratio;
  return Math.round((width * up) / across);
}

/** The shape in words, e.g. `2:3`. */
export const ratioOf = (kind: PictureKind): string => shapes[kind].ratio.join(':');

/** The least width of a kind, in pixels. */
export const leastWidth = (kind: PictureKind): number => shapes[kind].widths[0] as number;

/**
 * The part of a picture that is shown, of the shape of the kind to the pixel; undefined when what is asked for has
 * another shape or is not in the picture.
 */
export function partFor(
  kind: PictureKind,
  size: { readonly width: number; readonly height: number },
  cut: Cut | undefined,
): Rectangle | undefined {
  if (cut && 'focus' in cut) return around(kind, { left: 0, top: 0, ...size }, cut.focus);
  const given = cut?.crop ?? { left: 0, top: 0, ...size };
  if (given.left + given.width > size.width || given.top + given.height > size.height) return undefined;
  const part = around(kind, given, { x: 0.5, y: 0.5 });
  const shown = Math.min(part.width / given.width, part.height / given.height);
  return shown < 1 - tolerance ? undefined : part;
}

/** The largest part of a rectangle that has the shape, as near to a point of it as its edges let it be. */
function around(kind: PictureKind, within: Rectangle, { x, y }: { readonly x: number; readonly y: number }): Rectangle {
  const [across, up] = shapes[kind].ratio;
  const isTooWide = within.width * up > within.height * across;
  const width = isTooWide ? Math.max(1, Math.round((within.height * across) / up)) : within.width;
  const height = isTooWide ? within.height : Math.max(1, Math.round((within.width * up) / across));
  const place = (point: number, room: number, taken: number): number =>
    Math.round(Math.min(Math.max(point * room - taken / 2, 0), room - taken));
  return {
    left: within.left + place(x, within.width, width),
    top: within.top + place(y, within.height, height),
    width: Math.min(width, within.width),
    height: Math.min(height, within.height),
  };
}
