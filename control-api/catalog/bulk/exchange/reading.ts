import { Compile } from 'typebox/compile';
import { describeFieldErrors, type SchemaError } from '../../../../server/http/validation-words.ts';
import { readCsv, type RawFile } from './csv-format.ts';
import { inTurns } from './turns.ts';
import { saidOfTitleSchema, type ExchangedTitle, type ImportProblem } from './schemas.ts';

const said = Compile(saidOfTitleSchema);
/** What a title always has: null says nothing of it. */
const always = ['id', 'kind', 'state', 'originalLanguage', 'formerSlugs', 'terms', 'releases', 'texts', 'markers'];

/** A title of a file, with the row that it stands in. */
export interface ReadTitle {
  readonly row: number;
  readonly title: ExchangedTitle;
}

/** What a file says, and what is wrong with it. */
export interface ReadFile {
  readonly titles: readonly ReadTitle[];
  readonly problems: readonly ImportProblem[];
}

/** The column of a pointer into a title: `/row/texts/de/name` is `name:de`. */
function columnOf(path: string): string | null {
  const [, , field, ...rest] = path.split('/');
  if (field === undefined) return null;
  if (field !== 'texts' || rest.length === 0) return field;
  const [language, part = 'name'] = rest;
  return `${part}:${language}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (value: Readonly<Record<string, unknown>>) =>
  Object.entries(value).filter(([, each]) => each !== undefined);

/**
 * A title with its nulls, and what is left without them.
 * @returns `title` is one when `rest` is found good
 */
function withoutNulls(value: unknown): { readonly title: ExchangedTitle; readonly rest: unknown } {
  if (!isObject(value)) return { title: {}, rest: value };
  const entries = entriesOf(value).filter(([name, each]) => each !== null || !always.includes(name));
  const withoutNull = (some: readonly (readonly [string, unknown])[]) => some.filter(([, each]) => each !== null);
  const texts = value['texts'];
  const rest = new Map(withoutNull(entries));
  if (isObject(texts)) {
    const languages = withoutNull(entriesOf(texts)).map(
      ([tag, text]) => [tag, isObject(text) ? Object.fromEntries(withoutNull(entriesOf(text))) : text] as const,
    );
    rest.set('texts', Object.fromEntries(languages));
  }
  const markers = value['markers'];
  if (isObject(markers)) rest.set('markers', Object.fromEntries(withoutNull(entriesOf(markers))));
  return { title: Object.fromEntries(entries) as ExchangedTitle, rest: Object.fromEntries(rest) };
}

/** @param body a text is a file in CSV, everything else is one in JSON */
export async function readFile(body: string | { readonly titles: readonly unknown[] }): Promise<ReadFile> {
  const raw: RawFile =
    typeof body === 'string'
      ? readCsv(body)
      : { titles: body.titles.map((value, index) => ({ row: index + 1, value })), problems: [] };
  const titles: ReadTitle[] = [];
  const problems = [...raw.problems];
  for await (const some of inTurns(raw.titles))
    for (const { row, value } of some) {
      const { title, rest } = withoutNulls(value);
      if (said.Check(rest)) titles.push({ row, title });
      else {
        const errors = said.Errors(rest) as readonly SchemaError[];
        for (const { path, message } of describeFieldErrors('row', errors))
          problems.push({ row, column: columnOf(path), message });
      }
    }
  return { titles, problems };
}
