import { readFile } from 'node:fs/promises';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { qualityPresets } from '../../server/assets/encoding-settings.ts';
import { OperatorError } from '../../server/kit/errors.ts';

const quality = Type.String({ pattern: '^[a-z0-9]{1,16}$' });

const ladderSchema = Type.Object(
  {
    preset: Type.Enum([...qualityPresets]),
    video: Type.Array(
      Type.Object(
        {
          shortSide: Type.Integer({ minimum: 16, maximum: 2160 }),
          crf: Type.Number({ minimum: 0, maximum: 51 }),
          maxBitrate: Type.Integer({ minimum: 10_000, maximum: 200_000_000 }),
          bufferMs: Type.Integer({ minimum: 100, maximum: 10_000 }),
          audio: quality,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 32 },
    ),
    second: Type.Object(
      {
        crfDelta: Type.Number({ minimum: 0, maximum: 20 }),
        bitrateShare: Type.Number({ minimum: 0.1, maximum: 0.95 }),
      },
      { additionalProperties: false },
    ),
    audio: Type.Array(
      Type.Object(
        { quality, bitrate: Type.Integer({ minimum: 16_000, maximum: 320_000 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 8 },
    ),
    surround: Type.Optional(
      Type.Object(
        {
          quality,
          bitrate: Type.Integer({ minimum: 128_000, maximum: 768_000 }),
          minVideoBitrate: Type.Integer({ minimum: 0, maximum: 200_000_000 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** A ladder file as `config/ladders/apple.yaml` documents it; video from the smallest rung up. */
export type Ladder = Static<typeof ladderSchema>;
export type Rung = Ladder['video'][number];

/**
 * Checks a ladder and brings its rungs in order.
 * @param origin how messages name where it came from
 * @throws OperatorError
 */
export function parseLadder(text: string, origin: string): Ladder {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new OperatorError(`${origin} is not valid YAML: ${(error as Error).message}`, { cause: error });
  }
  if (!Value.Check(ladderSchema, value)) {
    const lines = [...Value.Errors(ladderSchema, value)].map(
      (error) => `  ${error.instancePath || '(top level)'}: ${error.message}`,
    );
    throw new OperatorError(`The ladder ${origin} is not valid:\n${[...new Set(lines)].join('\n')}`);
  }
  const qualities = new Set(value.audio.map((audio) => audio.quality));
  if (qualities.size !== value.audio.length || (value.surround && qualities.has(value.surround.quality)))
    throw new OperatorError(`${origin}: two audio qualities have the same name`);
  const video = value.video.toSorted((a, b) => a.shortSide - b.shortSide || a.maxBitrate - b.maxBitrate);
  for (const [index, rung] of video.entries()) {
    if (!qualities.has(rung.audio)) throw new OperatorError(`${origin}: no audio quality is called ${rung.audio}`);
    const below = video[index - 1];
    if (below && below.maxBitrate >= rung.maxBitrate) {
      throw new OperatorError(`${origin}: the cap of ${rung.shortSide} is not above that of ${below.shortSide}`);
    }
  }
  return { ...value, video, audio: value.audio.toSorted((a, b) => b.bitrate - a.bitrate) };
}

/** Reads a ladder file. @throws OperatorError naming every entry that is wrong */
export async function loadLadder(file: string): Promise<Ladder> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new OperatorError(`The ladder file ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  return parseLadder(text, file);
}
