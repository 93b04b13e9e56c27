import { IconPhoto } from '@tabler/icons-react';
import type { PictureView } from '../api/types.ts';
import { addressFor } from './shapes.ts';

/** The picture of something in a list, beside its name: all of one size, and as much of it as fits. */
export function Thumb({
  picture,
  isRound = false,
}: {
  readonly picture: PictureView | null | undefined;
  readonly isRound?: boolean;
}) {
  return (
    <span
      className="thumb"
      data-round={isRound || undefined}
      style={picture ? { background: picture.placeholder } : undefined}
      aria-hidden
      data-testid="thumb"
    >
      {picture ? (
        <img src={addressFor(picture, 56)} alt="" loading="lazy" decoding="async" />
      ) : (
        <IconPhoto size={18} stroke={1.5} />
      )}
    </span>
  );
}
