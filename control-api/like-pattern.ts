/** `50%` -> `50\%`: `%`, `_` and `\` stand for themselves in a LIKE pattern whose ESCAPE is `\`. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
