import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import type { PictureKind } from '../../../server/db/tables/pictures.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { catalogProblems } from '../problems.ts';
import { recognise } from './recognise.ts';
import { heightOf, leastWidth, partFor, ratioOf, widthsOf, type Cut } from './shapes.ts';

/** The most pixels, before anything is cut off: 8000 x 6000. In memory they are up to eight times as many bytes. */
const mostPixels = 48_000_000;

/** A picture that was checked and cut: nothing but its pixels is left of the file that it came in. */
export interface CutPicture {
  readonly kind: PictureKind;
  /** 40 hex digits, of the pixels and the kind. */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
  /** Mean colour, `#rrggbb`. */
  readonly colour: string;
  /** sRGB, three bytes for each pixel. */
  readonly pixels: Buffer;
}

/** Of the decoders that sharp brings, those of the four formats are left. Together with `recognise` this is two locks. */
export function useFewDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadHeifBuffer',
    ],
  });
  // One thread for one picture, and nothing kept: encoders of videos and requests are beside it.
  sharp.concurrency(1);
  sharp.cache(false);
}

/**
 * Reads a file that somebody gave. Runs in a process of its own (`decoder.ts`): what strangers made meets decoders here,
 * which are much code in C, and what these take or break is taken from nobody else.
 * @throws ProblemError as `cutPicture` of `make.ts`
 */
export async function decodePicture(file: Buffer, kind: PictureKind, cut: Cut | undefined): Promise<CutPicture> {
  if (!recognise(file))
    throw new ProblemError(catalogProblems.picture_not_accepted, 'Give a picture as JPEG, PNG, WebP or AVIF.');
  const source = sharp(file, { failOn: 'warning', limitInputPixels: mostPixels, sequentialRead: true });
  const size = await sizeOf(file);
  const part = partFor(kind, size, cut);
  if (!part)
    throw new ProblemError(
      catalogProblems.picture_shape,
      `A ${kind} is ${ratioOf(kind)}. Say which part of the picture is to be shown.`,
      { extras: size },
    );
  const width = widthsOf(kind, part.width).at(-1);
  if (width === undefined)
    throw new ProblemError(
      catalogProblems.picture_too_small,
      `What is shown of it is ${part.width} pixels wide. It must be ${leastWidth(kind)} at least.`,
      { extras: { width: part.width, leastWidth: leastWidth(kind) } },
    );
  const height = heightOf(kind, width);
  try {
    const pixels = await source
      .autoOrient()
      .extract(part)
      .resize(width, height, { fit: 'fill' })
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
    if (pixels.length !== width * height * 3) throw new Error(`${pixels.length} bytes of ${width} x ${height} pixels`);
    const hash = createHash('sha256').update(`${kind} ${width}\n`).update(pixels).digest('hex').slice(0, 40);
    return { kind, hash, width, height, colour: await meanColour(pixels, width, height), pixels };
  } catch (error) {
    throw damaged(error);
  }
}

/** As it is shown: a picture that was taken upright may lie in its file. */
async function sizeOf(file: Buffer): Promise<{ width: number; height: number }> {
  // Its head alone is read.
  const { autoOrient, pages } = await sharp(file, { failOn: 'warning', limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw damaged(error);
    });
  const { width, height } = autoOrient;
  if ((pages ?? 1) > 1)
    throw new ProblemError(catalogProblems.picture_not_accepted, 'Give a picture that does not move.');
  // Before anything is decoded: a small file may say that it is as large as a house.
  if (width * height > mostPixels)
    throw new ProblemError(
      catalogProblems.picture_too_large,
      `It has more than ${mostPixels / 1_000_000} megapixels.`,
      { extras: { width, height, maxPixels: mostPixels } },
    );
  return { width, height };
}

export const fromPixels = (pixels: Buffer, width: number, height: number): Sharp =>
  sharp(pixels, { raw: { width, height, channels: 3 } });

async function meanColour(pixels: Buffer, width: number, height: number): Promise<string> {
  const { channels } = await fromPixels(pixels, width, height).stats();
  return `#${channels.map(({ mean }) => Math.round(mean).toString(16).padStart(2, '0')).join('')}`;
}

function damaged(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError(catalogProblems.picture_damaged, 'The file cannot be read to its end.', { cause: error });
}
