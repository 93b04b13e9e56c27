import { readFileName, type BareNumber, type ReadName, type Unclear } from './file-name.ts';

/** What a file is, as its name says it; `unclear` says why the name does not. */
export interface PlannedFile {
  readonly filename: string;
  /** Undefined when no name says it. */
  readonly season: number | undefined;
  readonly episode: number | undefined;
  /** What the episode may be called, of what the name has left. */
  readonly name: string | undefined;
  /** What was taken for quality, year or date. */
  readonly dropped: readonly string[];
  readonly unclear: Unclear | 'unlike-the-others' | 'twice' | undefined;
}

/** Numbers that are between others and that no file has. */
export interface MissingNumbers {
  readonly season: number | undefined;
  readonly numbers: readonly number[];
}

/** So many missing numbers of a season are named. */
const mostMissing = 100;

/** Words and numbers, each by itself. */
const tokensOf = (text: string) => text.match(/\p{N}+|[^\p{N}\s]+|\s+/gu) ?? [];

/** What all texts begin with, in whole words and numbers; nothing when there is one alone. */
function commonPrefix(texts: readonly string[]): string {
  const [first, ...others] = texts.map(tokensOf);
  if (!first || others.length === 0) return '';
  let length = 0;
  while (length < first.length && others.every((tokens) => tokens[length] === first[length])) length += 1;
  return first.slice(0, length).join('');
}

const allDiffer = (values: readonly number[]) => new Set(values).size === values.length;
const allSame = (values: readonly (number | string)[]) => new Set(values).size === 1;
/** What stands around the numbers. */
const textOf = ({ numbers }: ReadName) =>
  numbers.map(({ before, after }) => `${before}#${after}`.replace(/\d+/g, '#')).join('#');

/**
 * Which number of each name is that of the episode, where no name says so: the only place whose numbers all differ
 * while those of all other places are the same; else the one that every name begins with, or ends with. Undefined when
 * that leaves it open.
 */
function choose(names: readonly ReadName[]): readonly BareNumber[] | undefined {
  const at = (places: readonly number[]) => {
    const chosen = names.map(({ numbers }, index) => numbers.at(places[index] as number));
    return chosen.every((number) => number !== undefined) ? chosen : undefined;
  };
  const counts = names.map(({ numbers }) => numbers.length);
  const [count = 0] = counts;
  if (allSame(counts)) {
    if (count === 1) return at(counts.map(() => 0));
    const columns = Array.from({ length: count }, (_, place) => names.map(({ numbers }) => numbers[place]?.value ?? 0));
    const differing = columns.flatMap((values, place) => (allSame(values) ? [] : [place]));
    const [place] = differing;
    const values = columns[place ?? 0] ?? [];
    // `01 - Part 1`, `02 - Part 2`: both say the same.
    const isOne = differing.every((other) => columns[other]?.join() === values.join());
    if (names.length > 1 && place !== undefined && isOne && allDiffer(values)) return at(counts.map(() => place));
    if (allSame(names.map(textOf))) return undefined;
  }
  for (const [place, side] of [
    [0, 'before'],
    [-1, 'after'],
  ] as const) {
    const chosen = at(counts.map(() => place));
    if (
      names.length > 1 &&
      chosen?.every((number) => number[side] === '') &&
      allDiffer(chosen.map(({ value }) => value))
    )
      return chosen;
  }
  return undefined;
}

/** The names of files that differ only behind what all of them begin with, read without that. */
function readAlike(filenames: readonly string[]): readonly ReadName[] {
  const prefix = commonPrefix(filenames);
  const alone = filenames.map(readFileName);
  if (prefix === '') return alone;
  return filenames.map((filename, index) => {
    const short = readFileName(filename.slice(prefix.length));
    const whole = alone[index] as ReadName;
    // What the beginning says of the season counts.
    return short.numbers.length === 0 ? whole : { ...short, season: whole.season ?? short.season };
  });
}

/** What is left of names, as names of episodes: what all of them say is not what one is called. */
function namesOf(
  parts: readonly { readonly before: string; readonly after: string }[],
): readonly (string | undefined)[] {
  const shownName = (text: string) => (/\p{L}/u.test(text) ? text : undefined);
  const isShared = (texts: readonly string[]) => texts.length > 1 && new Set(texts).size === 1;
  const [before, after] = [parts.map((part) => part.before), parts.map((part) => part.after)];
  if (!isShared(after) && after.some((text) => text !== '')) return after.map(shownName);
  // In front stands what the series is called; of one file alone nobody can tell.
  if (parts.length > 1 && !isShared(before) && new Set(before).size === before.length) return before.map(shownName);
  return parts.map(() => undefined);
}

/**
 * Which episode each of many files is, by their names looked at together. A name that leaves it open is unclear:
 * nothing is guessed, because a wrong number is found by viewers.
 */
export function planSeason(filenames: readonly string[]): {
  readonly files: readonly PlannedFile[];
  readonly missing: readonly MissingNumbers[];
} {
  const read = filenames.map(readFileName);
  const isSaid = ({ episode }: ReadName) => episode !== undefined;
  const bare = filenames.filter(
    (_, index) => !isSaid(read[index] as ReadName) && (read[index] as ReadName).numbers.length > 0,
  );
  const readBare = readAlike(bare);
  const alike = new Map(bare.map((filename, index) => [filename, readBare[index] as ReadName]));
  const open = [...alike.values()].filter(({ unclear }) => unclear === undefined);
  const chosen = read.some(isSaid) ? undefined : choose(open);
  const numberOf = new Map(open.map((name, index) => [name, chosen?.[index]]));

  const found = filenames.map((filename, index) => {
    const said = read[index] as ReadName;
    const name = isSaid(said) ? said : (alike.get(filename) ?? said);
    const number = isSaid(name) ? undefined : numberOf.get(name);
    const left: PlannedFile['unclear'] = read.some(isSaid) ? 'unlike-the-others' : 'several-numbers';
    const unclear = name.unclear ?? (isSaid(name) || number ? undefined : left);
    const episode = unclear === undefined ? (name.episode ?? number?.value) : undefined;
    const { before, after } = isSaid(name) ? name : (number ?? name);
    return { filename, season: name.season, episode, before, after, dropped: name.dropped, unclear };
  });
  const clear = found.filter(({ episode }) => episode !== undefined);
  const names = new Map(namesOf(clear).map((name, index) => [clear[index], name]));
  const key = ({ season, episode }: { season: number | undefined; episode: number | undefined }) =>
    `${season}/${episode}`;
  const times = Map.groupBy(clear, key);
  const files = found.map((file): PlannedFile => {
    const { filename, season, episode, dropped, unclear } = file;
    const isTwice = (times.get(key(file))?.length ?? 0) > 1;
    return {
      filename,
      season,
      episode,
      name: names.get(file),
      dropped,
      unclear: unclear ?? (isTwice ? 'twice' : undefined),
    };
  });
  return { files, missing: missingOf(files) };
}

/** Gaps between the numbers of each season. */
function missingOf(files: readonly PlannedFile[]): readonly MissingNumbers[] {
  const clear = files.filter(({ episode }) => episode !== undefined);
  return [...Map.groupBy(clear, ({ season }) => season)].flatMap(([season, parts]) => {
    const numbers = missingBetween(parts.map(({ episode }) => episode as number));
    return numbers.length === 0 ? [] : [{ season, numbers }];
  });
}

/** The whole numbers between the least and the greatest of some that are not among them; at most a hundred. */
export function missingBetween(numbers: readonly number[]): readonly number[] {
  const sorted = [...new Set(numbers)].sort((one, other) => one - other);
  const missing: number[] = [];
  for (const [index, number] of sorted.entries())
    for (let gap = (sorted[index - 1] ?? number) + 1; gap < number && missing.length < mostMissing; gap += 1)
      missing.push(gap);
  return missing;
}
