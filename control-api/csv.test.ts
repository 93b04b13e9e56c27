import * as fc from 'fast-check';
import t from 'tap';
import { csvRow, jsonCell, reversibleCell, textCell, textOfCell } from './csv.ts';

/** The cells of a line as a spreadsheet reads them: in quotes or not, by whatever it takes for the separator. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ['', false];
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (isQuoted && character === '"' && line.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || cell === '')) isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell];
}

const isFormula = (cell: string) => /^[\s"]*[=+\-@＝＋－＠]/u.test(cell) || /^[\t\r\n]/.test(cell);

const hostile = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '＝1',
  '=HYPERLINK("http://evil.example","x")',
  'x;=1',
  'x;"=1',
  'x; =1',
  'x;\t=1',
  'x|@y',
  '","=1',
  '";"=1"',
  "=cmd|' /C calc'!A0",
];

t.test('what is hostile is no formula, whatever separates the cells', (t) => {
  for (const text of hostile)
    for (const separator of [',', ';', '\t', '|'])
      for (const cell of [textCell(text), jsonCell(JSON.stringify({ title: text }))])
        t.notOk(
          cellsOf(`${textCell('1')},${cell},${textCell('z')}`, separator).some(isFormula),
          `${cell} by ${separator}`,
        );
  t.end();
});

t.test('no text makes a formula, and what it said can be read', (t) => {
  const text = fc.string({ unit: fc.constantFrom(...'=+-@＝ ;,|"\'\t\r\nab\\é'), maxLength: 12 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const json = texts.map((each) => JSON.stringify({ title: each, n: -1 }));
        const row = csvRow([...texts.map(textCell), ...json.map(jsonCell)]);
        const cells = cellsOf(row.slice(0, -2), ',');
        return (
          row.endsWith('\r\n') &&
          cells.length === texts.length * 2 &&
          !cells.some(isFormula) &&
          texts.every((each, n) => cells[n]?.replaceAll("'", '') === each.replaceAll("'", '')) &&
          json.every((each, n) => JSON.stringify(JSON.parse(cells[texts.length + n] ?? '')) === each)
        );
      }),
      { numRuns: 1000 },
    ),
  );
  t.equal(textCell('a plain text, "quoted"; with-dashes = signs'), '"a plain text, ""quoted""; with-dashes = signs"');
  t.equal(textCell('=1'), `"'=1"`);
  t.equal(jsonCell('{"title":"a;=1"}'), '"{""title"":""a;\\u003d1""}"');
  t.end();
});

/** The same, but for a line break alone: behind it nothing begins a formula. */
const beginsFormula = (cell: string) => /^[\s"]*[=+\-@＝＋－＠]/u.test(cell) || cell.startsWith('\t');

t.test('what is to be read again is no formula either, and is read as it was', (t) => {
  const text = fc.string({ unit: fc.constantFrom(..."=+-@＝ ;,|\"''\t\r\nab\\é\u00a0"), maxLength: 12 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(text, (each) => {
        const cell = reversibleCell(each);
        const [read = ''] = cellsOf(cell, ',');
        return !beginsFormula(read) && textOfCell(read) === each;
      }),
      { numRuns: 5000 },
    ),
  );
  for (const each of hostile) {
    for (const separator of [',', ';', '\t', '|'])
      t.notOk(cellsOf(reversibleCell(each), separator).some(beginsFormula), `${each} by ${separator}`);
    t.equal(textOfCell(cellsOf(reversibleCell(each), ',')[0] ?? ''), each);
  }
  for (const each of [' ', "'", '"', '\t', '=', "'=", ' =', '; '])
    t.equal(textOfCell(reversibleCell(each.repeat(2 ** 20)).slice(1, -1)).length >= 2 ** 20, true, 'a long one ends');
  t.equal(reversibleCell('-5 + 3'), `"'-5 + 3"`);
  t.equal(reversibleCell("it's '=1"), `"it's '=1"`, 'in the middle nothing is a formula');
  t.equal(reversibleCell('One.\n\nTwo.'), '"One.\n\nTwo."', 'paragraphs stay as they are');
  t.end();
});
