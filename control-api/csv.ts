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

/*
 * Where a cell may begin, before a sign that makes a formula and any apostrophes in front of it. A line break makes none
 * by itself: what stands behind it has an apostrophe, and paragraphs stay as they are. What is cheap to look at comes
 * first: texts that are read may be made to keep us busy.
 */
const mark = /(?<![^;,|\t\r\n \u00a0"])(?='*[=+\-@\t＝＋－＠])(?<=(?:^|[;,|\t\r\n])[ \u00a0"]*)/gu;
const marked = /(?<![^;,|\t\r\n \u00a0"])'(?='*[=+\-@\t＝＋－＠])(?<=(?:^|[;,|\t\r\n])[ \u00a0"]*')/gu;

/** A text as a cell that no spreadsheet takes for a formula, and that `textOfCell` reads as it was. */
export function reversibleCell(text: string): string {
  return quoted(text.replace(mark, "'"));
}

/** The text that `reversibleCell` was given, of what a reader of CSV makes of the cell. */
export function textOfCell(cell: string): string {
  return cell.replace(marked, '');
}

/** A row, with its line break. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
