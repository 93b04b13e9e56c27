/** How many typing errors a word may have: its length in characters decides. */
export function allowedErrors(characters: number): 0 | 1 | 2 {
  return characters < 4 ? 0 : characters < 9 ? 1 : 2;
}

/**
 * How many errors (a letter too many, too few, another one, two in the wrong order) lead from one word to another:
 * the optimal string alignment distance. Above `most` it is Infinity.
 * @param isPrefix whether the beginning of `word` that fits best counts, instead of all of it
 */
export function errorsBetween(typed: string, word: string, most: number, isPrefix = false): number {
  const [from, to] = [Array.from(typed), Array.from(word)];
  if (isPrefix) to.length = Math.min(to.length, from.length + most);
  if (Math.abs(from.length - to.length) > most) return Infinity;
  let beforeLast: number[] = [];
  let last = to.map((_, column) => column);
  last.push(to.length);
  for (const [row, letter] of from.entries()) {
    const current = [row + 1];
    let least = row + 1;
    for (const [column, other] of to.entries()) {
      let errors = Math.min(
        at(last, column) + (letter === other ? 0 : 1),
        at(last, column + 1) + 1,
        at(current, column) + 1,
      );
      if (row > 0 && column > 0 && letter === to[column - 1] && from[row - 1] === other)
        errors = Math.min(errors, at(beforeLast, column - 1) + 1);
      current.push(errors);
      least = Math.min(least, errors);
    }
    // Two rows, because letters in the wrong order lead from the one before the last.
    if (least > most && Math.min(...last) > most) return Infinity;
    [beforeLast, last] = [last, current];
  }
  const errors = isPrefix ? Math.min(...last) : at(last, to.length);
  return errors <= most ? errors : Infinity;
}

const at = (row: readonly number[], column: number): number => row[column] as number;
