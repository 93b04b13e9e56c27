import type { Level, MediaPlaylist } from 'hls.js';

/**
 * Levels that differ from another one only by their sound, 5.1 instead of stereo: to a person that chooses a picture
 * they are the same one twice, and to hls.js a further step up.
 * @returns their indexes in hls.js, the highest first; none where there is no stereo
 */
export function withSurround(
  levels: readonly Pick<Level, 'audioGroups'>[],
  audioTracks: readonly Pick<MediaPlaylist, 'channels' | 'groupId'>[],
): readonly number[] {
  const surround = new Set(
    audioTracks.filter(({ channels }) => Number.parseInt(channels ?? '2', 10) > 2).map(({ groupId }) => groupId),
  );
  const found = levels.flatMap(({ audioGroups }, index) =>
    audioGroups?.some((group) => group !== undefined && surround.has(group)) ? [index] : [],
  );
  return found.length < levels.length ? found.reverse() : [];
}
