import { iso6392 } from 'iso-639-2';

/** ISO 639-2/T by itself and by its ISO 639-1 code. The list names the terminologic code only where there are two. */
const terminologic = new Map(
  iso6392.flatMap(({ iso6391, iso6392B, iso6392T = iso6392B }): readonly (readonly [string, string])[] => [
    [iso6392T, iso6392T],
    ...(iso6391 === undefined ? [] : ([[iso6391, iso6392T]] as const)),
  ]),
);

/**
 * The ISO 639-2/T code of a BCP 47 tag's language: `en` -> `eng`, `zh-Hant` -> `zho`. `und` for what that standard has
 * no code for, e.g. `yue`.
 */
export function languageCode(tag: string): string {
  return terminologic.get(tag.split('-', 1)[0]?.toLowerCase() ?? '') ?? 'und';
}
