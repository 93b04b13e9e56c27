import { Compile } from 'typebox/compile';
import { describeFieldErrors, type SchemaError } from '../../../../server/http/validation-words.ts';
import { readCsv, type RawFile } from './csv-format.ts';
import { exchangedTitleSchema, type ExchangedTitle, type ImportProblem } from './schemas.ts';

const checked = Compile(exchangedTitleSchema);

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

/** @param body a text is a file in CSV, everything else is one in JSON */
export function readFile(body: string | { readonly titles: readonly unknown[] }): ReadFile {
  const raw: RawFile =
    typeof body === 'string'
      ? readCsv(body)
      : { titles: body.titles.map((value, index) => ({ row: index + 1, value })), problems: [] };
  const titles: ReadTitle[] = [];
  const problems = [...raw.problems];
  for (const { row, value } of raw.titles) {
    if (checked.Check(value)) titles.push({ row, title: value });
    else {
      const errors = checked.Errors(value) as readonly SchemaError[];
      for (const { path, message } of describeFieldErrors('row', errors))
        problems.push({ row, column: columnOf(path), message });
    }
  }
  return { titles, problems };
}
