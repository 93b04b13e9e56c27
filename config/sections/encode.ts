import { count, group, seconds, text, texts, type Rule } from '../option.ts';

export const encode = group('How sources are encoded.', {
  ladder: text('Ladder file. Empty: config/ladders/apple.yaml.'),
  ladders: texts(
    'Other ladders, for titles that name them: `name=file` each, e.g. animation=./ladders/animation.yaml. People see the names only.',
    [],
  ),
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

/** A name that people choose something of the configuration by. */
export const optionName = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The files of `encode.ladders` by their names. */
export function namedLadders(ladders: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    ladders.map((each) => {
      const at = each.indexOf('=');
      return [each.slice(0, Math.max(0, at)).trim(), each.slice(at + 1).trim()];
    }),
  );
}

const laddersAreNamed: Rule<{ readonly encode: { readonly ladders: readonly string[] } }> = ({
  encode: { ladders },
}) => {
  const named = namedLadders(ladders);
  const complain = (message: string) => ({ option: 'encode.ladders', message });
  for (const [name, file] of named)
    if (!optionName.test(name) || file === '')
      return complain('must be like name=file; names are of small letters, digits and hyphens, 32 at most');
  return named.size < ladders.length ? complain('names a ladder twice') : undefined;
};

export const encodeRules = [
  laddersAreNamed,
  holds('segmentSeconds', 'gopSeconds', 'a segment begins with a key frame'),
  holds('chunkSeconds', 'segmentSeconds', 'a chunk is made of whole segments'),
  holds('firstChunkSeconds', 'segmentSeconds', 'a chunk is made of whole segments'),
  holds('chunkSeconds', 'firstChunkSeconds', 'the first chunk is the short one'),
];
