import type { Sharp } from 'sharp';
import type { PictureFormat } from '../../../server/assets/picture-address.ts';
import type { PictureKind } from '../../../server/db/tables/pictures.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { LineFull, Semaphore } from '../../../server/kit/semaphore.ts';
import { fromPixels, useFewDecoders, type CutPicture } from './decode.ts';
import { decodeApart, type DecodingLimits } from './decoding.ts';
import { heightOf, widthsOf, type Cut } from './shapes.ts';

/** The largest file, in bytes: a JPEG of the most pixels is smaller. */
export const mostBytes = 20 * 1024 ** 2;
/** How long one encoder may run. */
const seconds = 30;

// Files of others meet no decoder in this process (`decoding.ts`); this is for the day that one does by mistake.
useFewDecoders();

/** One picture is worked on at a time; some more may wait. */
const line = new Semaphore({ atOnce: 1, waiting: 20 });

/**
 * How each format is made. AVIF of the least effort but one: the five sizes of a poster are less than a second of
 * work so, and many times as much with the default, for files that are a third smaller.
 */
const encoders: Readonly<Record<PictureFormat, (picture: Sharp) => Sharp>> = {
  avif: (picture) => picture.avif({ quality: 55, effort: 1 }),
  webp: (picture) => picture.webp({ quality: 78, effort: 4 }),
  jpg: (picture) => picture.jpeg({ quality: 80, progressive: true }),
};

/** One size and format. */
export interface Rendition {
  /** `320.avif` */
  readonly file: string;
  readonly body: Buffer;
}

/**
 * Reads a file that somebody gave, turned as its camera says, cut to the shape of its kind, in sRGB with 8 bits, and no
 * larger than the largest size. Transparent parts become black.
 * @throws ProblemError picture_not_accepted, picture_damaged, picture_too_large, picture_shape, picture_too_small,
 *   not_ready when too many wait
 */
export async function cutPicture(
  file: Buffer,
  kind: PictureKind,
  cut: Cut | undefined,
  limits?: DecodingLimits,
): Promise<CutPicture> {
  return inLine(() => decodeApart(file, kind, cut, limits));
}

/** Every size and format of a picture, the smallest first. @throws ProblemError not_ready when too many wait */
export async function renderPicture({ kind, width, height, pixels }: CutPicture): Promise<readonly Rendition[]> {
  return inLine(async () => {
    const renditions: Rendition[] = [];
    for (const each of widthsOf(kind, width)) {
      const sized = fromPixels(pixels, width, height).resize(each, heightOf(kind, each), { fit: 'fill' });
      for (const [format, encode] of Object.entries(encoders))
        renditions.push({
          file: `${each}.${format}`,
          body: await encode(sized.clone()).timeout({ seconds }).toBuffer(),
        });
    }
    return renditions;
  });
}

async function inLine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await line.run(work);
  } catch (error) {
    if (!(error instanceof LineFull)) throw error;
    const extras = { retryAfterSeconds: 10 };
    throw new ProblemError('not_ready', 'Many pictures are being made. Try again soon.', { extras, cause: error });
  }
}
