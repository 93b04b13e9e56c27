/** Above this many channels ffmpeg guesses layouts that no file means: 16 microphones in a ring, 24 loudspeakers in a hall. */
const mostGuessed = 8;

/** From this many channels on there are some beside or behind the listener, in pairs, and at most one in the middle. */
const fewestSurround = 5;

export const isAmbisonic = (layout: string | undefined): boolean => layout?.startsWith('ambisonic') === true;

/**
 * Whether nothing is known of where the channels belong. Of five to eight without a layout the usual one is meant, and
 * ffmpeg takes it: 5.0, 5.1, 6.1, 7.1. So it is with PCM in Matroska, which has no place to say it; of three or four
 * there is no usual one.
 * @param layout as ffprobe names it; for some containers it guesses one where the file has none
 */
export function arePlacesUnknown(layout: string | undefined, channels: number): boolean {
  if (isAmbisonic(layout) || channels <= 2) return false;
  if (channels > mostGuessed) return true;
  return channels < fewestSurround && (layout === undefined || layout === 'unknown' || layout.endsWith(' channels'));
}

/** Whether a 5.1 mix of it says more than a stereo one: 5.0, 5.1, 6.1, 7.1 and their like. */
export const isSurround = (layout: string | undefined, channels: number): boolean =>
  channels >= fewestSurround && !isAmbisonic(layout) && !arePlacesUnknown(layout, channels);
