import t from 'tap';
import { compare, median, type Contender } from './measurement.ts';
import { toReportRow } from './report.ts';
import { toTable } from './table.ts';

t.test('the median is the middle one, or lies between the two in the middle', async (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.ok(Number.isNaN(median([])));
});

t.test('ours and its peers take turns, and the first time of each does not count', async (t) => {
  const order: string[] = [];
  const contender = (name: string, values: number[]): Contender => ({
    name,
    async run() {
      order.push(name);
      return { time: values.shift() ?? 0 };
    },
  });
  const rows = await compare({
    what: 'work',
    figures: [
      { key: 'time', name: 'time', unit: 's' },
      { key: 'memory', name: 'memory', unit: 'MiB' },
    ],
    ours: contender('ours', [100, 1, 2]),
    peers: [contender('a', [100, 4, 4]), contender('b', [100, 0, 0])],
    repeats: 2,
    warmUp: true,
    progress: () => undefined,
  });
  t.strictSame(order, ['ours', 'a', 'b', 'ours', 'a', 'b', 'ours', 'a', 'b']);
  t.strictSame(
    rows,
    [{ row: 'work: time', unit: 's', ours: [1, 2], peers: { a: [4, 4], b: [0, 0] } }],
    'a figure that nobody gave is no row',
  );
});

t.test('a report has medians, and ours / peer where the peer is not 0', async (t) => {
  t.strictSame(toReportRow({ row: 'r', unit: 's', ours: [3, 1, 2], peers: { a: [8, 8.00012, 9], b: [0] } }), {
    row: 'r',
    unit: 's',
    ours: 2,
    peers: { a: 8, b: 0 },
    ratio: { a: 0.25 },
  });
});

t.test('a table has the spread, and begins anew where the peers change', async (t) => {
  const table = toTable([
    { row: 'first', unit: 'us', ours: [200, 210, 190], peers: { nginx: [400] } },
    { row: 'second', unit: 's', ours: [0.12345], peers: {} },
    { row: 'third', unit: 's', ours: [1], peers: { node: [4] } },
  ]);
  t.strictSame(table.split('\n'), [
    '| row    | unit | ours           | nginx | ours / it |',
    '| ------ | ---- | -------------- | ----- | --------- |',
    '| first  | us   | 200 (190..210) | 400   | 0.5 x     |',
    '| second | s    | 0.123          |       |           |',
    '',
    '| row   | unit | ours | node | ours / it |',
    '| ----- | ---- | ---- | ---- | --------- |',
    '| third | s    | 1    | 4    | 0.25 x    |',
  ]);
});
