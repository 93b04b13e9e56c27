import { hanNumeral, valueOf, withPlainDigits } from './numbers.ts';
import { episodeWords, episodeWordsBehind, partWords, quality, seasonWords, seasonWordsBehind } from './words.ts';

/** Why a name does not say which episode a file is. */
export type Unclear = 'no-number' | 'several-numbers' | 'range' | 'fraction';

/** A number that may be that of the episode, or not. */
export interface BareNumber {
  readonly value: number;
  readonly before: string;
  readonly after: string;
}

/** What the name of one file says. */
export interface ReadName {
  readonly season: number | undefined;
  /** The number that the name calls that of an episode. */
  readonly episode: number | undefined;
  /** What stands in front of it and behind it, as names of an episode; empty when there is nothing. */
  readonly before: string;
  readonly after: string;
  /** Where it calls none so: all numbers that could be it, in their order. */
  readonly numbers: readonly BareNumber[];
  /** What was taken for quality, year or date. */
  readonly dropped: readonly string[];
  readonly unclear: Unclear | undefined;
}

/** Longer names are cut: no file system has longer ones. */
const mostCharacters = 1024;
const begin = String.raw`(?<![\p{L}\p{N}])`;
const space = String.raw`[\s._#№:-]{0,4}`;

/** Patterns of an episode, the surest first; `season` and `episode` by name. */
const patterns: readonly RegExp[] = [
  String.raw`${begin}s(?<season>\d{1,3})[\s._-]{0,3}ep?[\s._-]{0,3}(?<episode>\d{1,5})(?!\d)`,
  String.raw`${begin}(?<season>\d{1,2})x(?<episode>\d{2,3})(?![\p{L}\p{N}])`,
  String.raw`第\s?(?<episode>\d{1,5}|${hanNumeral})\s?[集話话回章]|제?(?<![\p{N}])(?<episode2>\d{1,5})\s?[화회]|(?<![\p{N}])(?<episode3>\d{1,5})\s?[話话集]`,
  String.raw`${begin}${episodeWords}${space}(?<episode>\d{1,5})(?!\d)|${begin}e[._]?(?<episode2>\d{1,5})(?![\p{L}\d])`,
  String.raw`${begin}(?<episode>\d{1,5})(?:\.|-?[а-я]{1,2})?\s?${episodeWordsBehind}(?!\p{L})`,
  String.raw`#\s?(?<episode>\d{1,5})(?!\d)`,
  String.raw`${begin}${partWords}${space}(?<episode>\d{1,5})(?!\d)`,
].map((source) => new RegExp(source, 'giu'));

const seasonPatterns: readonly RegExp[] = [
  String.raw`第\s?(\d{1,3}|${hanNumeral})\s?[季期]`,
  String.raw`${begin}(\d{1,2})(?:st|nd|rd|th|\.)[\s._-]{0,2}${seasonWordsBehind}(?!\p{L})`,
  String.raw`${begin}${seasonWords}[\s._-]{0,3}(\d{1,3})(?!\d)`,
  String.raw`${begin}(\d{1,2})[\s._-]{0,2}${seasonWordsBehind}(?!\p{L})`,
  String.raw`${begin}s(\d{1,2})(?![\p{L}\p{N}])`,
].map((source) => new RegExp(source, 'iu'));

/** Behind an episode: another one, up to which the file goes. */
const rangeBehind =
  /^(?:\s?[-–—~～&+至]\s?|\s(?:to|bis|and|und)\s|[._]?)(?<word>(?:s\d{1,3})?e?p?[\s._]?)(?<last>\d{1,5})(?![\p{N}\p{Script=Latin}]|\s*\p{L})/iu;
const extension = /\.(?:[a-z][a-z0-9]{1,3}|3gpp?|3g2)$/i;
/** Looks like an extension and is the number of an episode. */
const noExtension = /\.(?:e|ep|s)\d+$/i;
/** `03v2`: the third one, corrected. */
const correction = /(?<=\d)v\d(?![\p{L}\p{N}])/giu;
/** Stands where something was dropped: what is behind it is not the name of the episode. */
const cut = '\n';

/** A piece of a name as it is shown: without the marks between words, and what is in square brackets. */
function shown(piece: string, isDotted: boolean): string {
  const spaced = piece.replace(/\[[^\]]*\]?/gu, ' ').replace(/_/g, ' ');
  return (isDotted ? spaced.replace(/\./g, ' ') : spaced)
    .replace(/\(\s*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.,:;|·~–—-]+|[\s,:;|·~–—([{-]+$/gu, '')
    .replace(/^[\])}\s]+/u, '')
    .trim();
}

/** The season that a folder's name says. */
function seasonIn(text: string): { readonly value: number; readonly rest: string } | undefined {
  for (const pattern of seasonPatterns) {
    const found = pattern.exec(text);
    if (found) return { value: valueOf(found[1] as string), rest: text.replace(pattern, cut) };
  }
  return undefined;
}

function episodeOf({ groups = {} }: RegExpMatchArray): string {
  return groups['episode'] ?? groups['episode2'] ?? groups['episode3'] ?? '';
}

/** Reads what one name says by itself; a path's folders may say the season. */
export function readFileName(filename: string): ReadName {
  const path = withPlainDigits(filename.slice(0, mostCharacters))
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .split(/[/\\]/);
  const whole = path.pop() ?? '';
  const text = (noExtension.test(whole) ? whole : whole.replace(extension, '')).replace(correction, '').trim();
  const isDotted = !/\s/.test(text);
  const dropped: string[] = [];
  const withoutQuality = (piece: string) =>
    piece.replace(quality, (word) => {
      dropped.push(word.trim());
      return cut;
    });
  const folderSeason = path
    .reverse()
    .map((folder) => seasonIn(folder)?.value)
    .find((value) => value !== undefined);

  for (const pattern of patterns) {
    const found = [...text.matchAll(pattern)];
    const [first] = found;
    if (!first) continue;
    const behind = text.slice(first.index + first[0].length);
    const [before, after] = [withoutQuality(text.slice(0, first.index)), withoutQuality(behind)];
    const episode = valueOf(episodeOf(first));
    const season = seasonIn(before) ?? seasonIn(after);
    return {
      season: first.groups?.['season'] === undefined ? (season?.value ?? folderSeason) : Number(first.groups['season']),
      episode,
      before: shown((seasonIn(before)?.rest ?? before).split(cut, 1)[0] as string, isDotted),
      after: shown((seasonIn(after)?.rest ?? after).split(cut, 1)[0] as string, isDotted),
      numbers: [],
      dropped,
      unclear: unclearBehind(text, first, found, behind),
    };
  }

  const cleaned = withoutQuality(text);
  const season = seasonIn(cleaned);
  const rest = season?.rest ?? cleaned;
  const numbers = [...rest.matchAll(/(?<!\d|\d\.)\d{1,4}(?!\d|\p{Script=Latin}|\.\d(?!\d))/gu)].map((found) => ({
    value: Number(found[0]),
    before: shown(rest.slice(0, found.index).split(cut).at(-1) as string, isDotted),
    after: shown(rest.slice(found.index + found[0].length).split(cut, 1)[0] as string, isDotted),
  }));
  const isRange = /(?<!\d)\d{1,4}\s?[-–~～]\s?\d{1,4}(?!\d)(?!\s*\p{L})/u.test(rest);
  return {
    season: season?.value ?? folderSeason,
    episode: undefined,
    before: '',
    after: '',
    numbers,
    dropped,
    unclear: numbers.length === 0 ? 'no-number' : isRange && numbers.length > 1 ? 'range' : undefined,
  };
}

/** Whether a name that calls a number that of an episode calls others so as well. */
function unclearBehind(
  text: string,
  first: RegExpMatchArray,
  found: readonly RegExpMatchArray[],
  behind: string,
): Unclear | undefined {
  const episode = valueOf(episodeOf(first));
  // `第1-2集`: what stands in front of the number that was found.
  if (/\d\s?[-–~～、,至]\s?$/u.test(text.slice(0, text.indexOf(episodeOf(first), first.index)))) return 'range';
  if (found.some((other) => valueOf(episodeOf(other)) !== episode)) return 'several-numbers';
  if (/^[.,]5(?!\d|\.\d)/.test(behind)) return 'fraction';
  const range = rangeBehind.exec(behind);
  const last = Number(range?.groups?.['last'] ?? 0);
  const isYear = last >= 1900 && last < 2100;
  return range && last > episode && !isYear ? 'range' : undefined;
}
