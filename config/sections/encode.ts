import { count, group, seconds, text, type Rule } from '../option.ts';

export const encode = group('How sources are encoded.', {
  ladder: text('Ladder file. Empty: config/ladders/apple.yaml.'),
  gopSeconds: seconds('Distance of key frames; made a whole number of frames.', 2, 0.5, 10),
  segmentSeconds: seconds('Length of a segment, at least a GOP; made a whole number of GOPs.', 4, 1, 20),
  chunkSeconds: seconds(
    'Length of a unit of encoding, at least a segment; made a whole number of segments.',
    16,
    1,
    600,
  ),
  firstChunkSeconds: seconds(
    'Length of the first unit, at least a segment and at most a chunk: shorter is playable sooner.',
    4,
    1,
    600,
  ),
  concurrency: count('Chunks encoded at the same time; 0: one per core.', 0, 0, 1024),
  maxPackaging: count('Runs of the packager at the same time; 0: one per core.', 0, 0, 1024),
  niceness: count('Priority of encoders: 0 (normal) to 19 (gives way to everything).', 10, 0, 19),
  stallSeconds: seconds('An encoder without progress for this long is killed and its chunk tried again.', 60, 1, 3600),
  sourceCacheBytes: count(
    'How much of the sources that had to be copied or downloaded a worker keeps for its next chunks, in bytes; 0: half of what the disk of the scratch folder has room for.',
    0,
  ),
  maxAttempts: count('How often a chunk is tried in all.', 3, 1, 20),
});

type Lengths = Readonly<Record<'gopSeconds' | 'segmentSeconds' | 'chunkSeconds' | 'firstChunkSeconds', number>>;

/** `option` must be at least as long as `part`, of which it is made. */
const holds =
  (option: keyof Lengths, part: keyof Lengths, why: string): Rule<{ readonly encode: Lengths }> =>
  (config) =>
    config.encode[option] < config.encode[part]
      ? { option: `encode.${option}`, message: `must be at least encode.${part} (${config.encode[part]}): ${why}` }
      : undefined;

export const encodeRules = [
  holds('segmentSeconds', 'gopSeconds', 'a segment begins with a key frame'),
  holds('chunkSeconds', 'segmentSeconds', 'a chunk is made of whole segments'),
  holds('firstChunkSeconds', 'segmentSeconds', 'a chunk is made of whole segments'),
  holds('chunkSeconds', 'firstChunkSeconds', 'the first chunk is the short one'),
];
