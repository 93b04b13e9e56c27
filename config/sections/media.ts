import { choice, count, GiB, group, MiB, seconds, text } from '../option.ts';

export const media = group('Limits on what a source may be. They bound what a hostile file can cost.', {
  confinement: choice(
    'Programs that read uploads are kept from the network, from all files but their own and from other processes, run as another user than root, and are limited. preferred: as far as this system allows, and what it does not allow is said in the log, by the doctor and on the dashboard; many containers allow none of it, and a first try must not end there. required: the server does not start unless all of it is there; set this where others may upload.',
    ['preferred', 'required'],
  ),
  user: text(
    'Where the server runs as root (better: a user of its own): name or number of the user that these programs run as.',
    'nobody',
  ),
  maxPixels: count(
    'Largest picture, width x height. In the course of a file pictures may grow to 4096x2304, or to four times the pixels of those that were seen at first, and no further.',
    8192 * 4352,
    1,
  ),
  maxDurationSeconds: seconds(
    'Longest source. Chunks travel as MPEG-TS, whose clock turns over after 26.5 hours.',
    8 * 3600,
    1,
    90_000,
  ),
  maxStreams: count('Most tracks in one file.', 64, 1, 1000),
  probeTimeoutSeconds: seconds('Longest time the examination of a file may take.', 120, 1, 3600),
  memoryBytes: count(
    'Address space an examining child process may use, in bytes. What encoders may use follows from what is encoded.',
    4 * GiB,
    512 * MiB,
  ),
});
