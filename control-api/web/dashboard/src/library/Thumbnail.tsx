import { IconMovie } from '@tabler/icons-react';

/**
 * The place of a title's picture in a list: 16:9, in which a 9:16 picture stands at full height. Empty, it shows a
 * neutral mark.
 */
export function Thumbnail() {
  return (
    <div className="thumbnail" aria-hidden>
      <IconMovie size={20} stroke={1.6} />
    </div>
  );
}
