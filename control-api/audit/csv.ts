/**
 * Cells of a CSV file (RFC 4180) that people open with a spreadsheet. What begins with `=`, `+`, `-`, `@`, a tab or a
 * line break is taken for a formula there (https://owasp.org/www-community/attacks/CSV_Injection). Where the separator
 * is another one, as the semicolon is in many countries, a cell may also begin in the middle of ours.
 */

/** What makes a formula, also in the full width of East Asian keyboards, where a cell may begin. */
const formula = /(?<=(?:^|[;,|\t\r\n])[ \u00a0"]*)[=+\-@\t\r\n＝＋－＠]/gu;

/** A text as a cell: an apostrophe stands in front of what would be a formula. */
export function textCell(text: string): string {
  return quoted(text.replace(formula, "'$&"));
}

/** An object, as `JSON.stringify` writes it, as a cell: it means the same, but a formula's sign is written `\u003d`. */
export function jsonCell(json: string): string {
  return quoted(json.replace(formula, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** A row, with its line break. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
