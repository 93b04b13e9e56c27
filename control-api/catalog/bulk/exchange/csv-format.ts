import { parse, type CsvError } from 'csv-parse/sync';
import { csvRow, reversibleCell, textOfCell } from '../../../csv.ts';
import { releasesText, readReleases } from '../release-text.ts';
import { markersText, readMarkers } from '../../streaming/marker-text.ts';
import { markersOf } from '../../streaming/markers.ts';
import { mostRows, type ImportProblem } from './schemas.ts';
import { readTerms, termsText } from './terms.ts';
import { exchanged, type WholeTitle } from './trees.ts';

/** Spreadsheets take a file for UTF-8 when it begins with this. */
const byteOrderMark = '\ufeff';
/** A text in up to three columns for each of so many languages, and some. */
const mostColumns = 1000;
/** The longest text is shorter. In characters. */
const longestCell = 60_000;

const numbers = ['number', 'maturity', 'year', 'topRung', 'freeEpisodes'];
const streaming = ['qualityPreset', 'ladder', 'priceClass'];
const dated = ['assetId', 'publishedAt'];
const plain = ['id', 'kind', 'parent', ...numbers, ...streaming, 'state', 'slug', 'originalLanguage', ...dated];
const columns = [
  'id',
  'kind',
  'parent',
  'number',
  'state',
  'slug',
  'formerSlugs',
  'originalLanguage',
  'maturity',
  'year',
  'topRung',
  'freeEpisodes',
  'qualityPreset',
  'ladder',
  'priceClass',
  'markers',
  'assetId',
  'publishedAt',
  'terms',
  'releases',
] as const;
const isColumn = (name: string) => (columns as readonly string[]).includes(name);
const textFields = ['name', 'tagline', 'synopsis'] as const;
const textColumn = /^(name|tagline|synopsis):([A-Za-z0-9-]{2,35})$/;

/** The first line of a file with texts in these languages. */
export function csvHead(languages: readonly string[]): string {
  const texts = languages.flatMap((language) => textFields.map((field) => `${field}:${language}`));
  return byteOrderMark + csvRow([...columns, ...texts].map(reversibleCell));
}

/** The line of a title. @throws Error when it has a text in another language: it would be lost without a word */
export function csvLine(title: WholeTitle, languages: readonly string[]): string {
  const { texts, ...fields } = exchanged(title);
  const lost = Object.keys(texts).find((language) => !languages.includes(language));
  if (lost !== undefined) throw new Error(`A text in ${lost} came while the catalogue was written to a file`);
  const cells = [
    ...columns.map((column) => {
      if (column === 'markers') return markersText(markersOf(title.row));
      if (column === 'terms') return termsText(title.terms);
      if (column === 'formerSlugs') return fields.formerSlugs.join(' ');
      return column === 'releases' ? releasesText(title.releases) : fields[column];
    }),
    ...languages.flatMap((language) => textFields.map((field) => texts[language]?.[field] ?? null)),
  ];
  return csvRow(cells.map((cell) => reversibleCell(cell === null ? '' : String(cell))));
}

/** A title of a file, not looked at yet; `row` as spreadsheets count. */
interface RawTitle {
  readonly row: number;
  readonly value: unknown;
}

/** What of a file could be read, and what is wrong with the rest. */
export interface RawFile {
  readonly titles: readonly RawTitle[];
  readonly problems: readonly ImportProblem[];
}

const problem = (row: number, column: string | null, message: string): ImportProblem => ({ row, column, message });

/** Reads a file, also as spreadsheets write it: with a byte order mark, or semicolons or tabs between the cells. */
export function readCsv(text: string): RawFile {
  if (text.includes('\ufffd')) return { titles: [], problems: [problem(1, null, 'The file is not in UTF-8.')] };
  let records: string[][];
  try {
    records = parse(text, { bom: true, delimiter: separatorOf(text), relax_column_count: true, to: mostRows + 2 });
  } catch (error) {
    const { lines, code } = error as CsvError & { readonly lines?: number };
    if (typeof code !== 'string') throw error;
    const message = 'A quotation mark is missing, or stands where none may be.';
    return { titles: [], problems: [problem(lines ?? 1, null, message)] };
  }
  const [head = [], ...rows] = records;
  const names = head.map((name) => textOfCell(name.slice(0, 100)).trim());
  const problems = wrongColumns(names);
  if (rows.length > mostRows) problems.push(problem(mostRows + 2, null, `A file has at most ${mostRows} titles.`));
  if (problems.length > 0) return { titles: [], problems };
  const titles: RawTitle[] = [];
  for (const [index, cells] of rows.entries()) {
    const row = index + 2;
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (cells.length !== names.length)
      problems.push(problem(row, null, `It has ${cells.length} cells; the head has ${names.length}.`));
    else titles.push({ row, value: titleOf(row, names, cells, problems) });
  }
  return { titles, problems };
}

/** What stands behind the first name of the head. */
function separatorOf(text: string): string {
  return /^\ufeff?"?'?[A-Za-z:-]{1,50}"?([,;\t])/.exec(text)?.[1] ?? ',';
}

function wrongColumns(names: readonly string[]): ImportProblem[] {
  if (names.length > mostColumns) return [problem(1, null, `A file has at most ${mostColumns} columns.`)];
  const unknown = names.filter((name) => !isColumn(name) && !textColumn.test(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...unknown.map((name) => problem(1, name, 'There is no such column.')),
    ...[...new Set(twice)].map((name) => problem(1, name, 'This column is there twice.')),
  ];
}

/** Cells as a title in JSON has them; what cannot be read is added to `problems`. */
function titleOf(
  row: number,
  names: readonly string[],
  cells: readonly string[],
  problems: ImportProblem[],
): Readonly<Record<string, unknown>> {
  const title: Record<string, unknown> = {};
  const texts = new Map<string, Record<string, string | null>>();
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? '';
    if (cell.length > longestCell) {
      problems.push(problem(row, name, `must have at most ${longestCell} characters`));
      continue;
    }
    const text = textOfCell(cell).replace(/\r\n/g, '\n');
    const [, field, language] = textColumn.exec(name) ?? [];
    if (field !== undefined && language !== undefined) {
      const own = texts.get(language) ?? {};
      texts.set(language, { ...own, [field]: text.trim() === '' ? null : text });
    } else if (plain.includes(name)) title[name] = plainValue(name, text.trim());
    else if (name === 'formerSlugs') title[name] = text.split(/\s+/).filter(Boolean);
    else title[name] = listOf(row, name, text, problems);
  }
  if (texts.size > 0)
    title['texts'] = Object.fromEntries(
      [...texts].map(([language, text]) => [
        language,
        Object.values(text).every((each) => each === null) ? null : text,
      ]),
    );
  return title;
}

/** What may be left out is undefined when the cell is empty; what may be nothing is null. */
function plainValue(name: string, text: string): unknown {
  if (text === '') return ['id', 'kind', 'state', 'originalLanguage'].includes(name) ? undefined : null;
  return numbers.includes(name) && /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}

function listOf(row: number, column: string, text: string, problems: ImportProblem[]): unknown {
  try {
    if (column === 'markers') return readMarkers(text);
    return column === 'terms' ? readTerms(text) : readReleases(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push(problem(row, column, error.message));
    return undefined;
  }
}
