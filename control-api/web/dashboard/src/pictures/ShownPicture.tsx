import { IconPhoto } from '@tabler/icons-react';
import { addressFor, ratioOf } from './shapes.ts';
import type { PictureKind, PictureView } from '../api/types.ts';

interface Props {
  readonly kind: PictureKind;
  /** Undefined: there is none, and its place says so. */
  readonly picture: PictureView | undefined;
  /** Empty: it says nothing that does not stand beside it. */
  readonly alt: string;
  /** How wide it is on the page, in pixels, at most. */
  readonly width: number;
}

/** A picture of the catalogue in the shape of its kind, in its mean colour until it has come. */
export function ShownPicture({ kind, picture, alt, width }: Props) {
  const style = { aspectRatio: ratioOf(kind), width, ...(picture && { background: picture.placeholder }) };
  return (
    <div className="shown-picture" style={style} data-kind={kind}>
      {picture ? (
        <img
          src={addressFor(picture, width)}
          alt={alt}
          width={picture.width}
          height={picture.height}
          loading="lazy"
          decoding="async"
        />
      ) : (
        <IconPhoto size={22} stroke={1.5} aria-hidden />
      )}
    </div>
  );
}
