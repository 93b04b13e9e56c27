/** Above this many channels ffmpeg guesses layouts that no file means: 16 microphones in a ring, 24 loudspeakers in a hall. */
const mostGuessed = 8;

export const isAmbisonic = (layout: string | undefined): boolean => layout?.startsWith('ambisonic') === true;

/**
 * Whether nothing is known of where the channels belong.
 * @param layout as ffprobe names it; it guesses one where the file has none and there is a usual one
 */
export function arePlacesUnknown(layout: string | undefined, channels: number): boolean {
  if (isAmbisonic(layout) || channels <= 2) return false;
  return channels > mostGuessed || layout === undefined || layout === 'unknown' || layout.endsWith(' channels');
}
