import { count, GiB, group, MiB, seconds } from '../option.ts';

export const media = group('Limits on what a source may be. They bound what a hostile file can cost.', {
  maxPixels: count('Largest picture, width x height.', 8192 * 4352, 1),
  maxDurationSeconds: seconds(
    'Longest source. Chunks travel as MPEG-TS, whose clock turns over after 26.5 hours.',
    8 * 3600,
    1,
    90_000,
  ),
  maxStreams: count('Most tracks in one file.', 64, 1, 1000),
  probeTimeoutSeconds: seconds('Longest time the examination of a file may take.', 120, 1, 3600),
  memoryBytes: count('Address space an examining child process may use, in bytes.', 4 * GiB, 512 * MiB),
});
