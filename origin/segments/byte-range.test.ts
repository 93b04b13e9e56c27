import t from 'tap';
import { parseByteRange } from './byte-range.ts';

t.test('ranges of 1000 bytes', async (t) => {
  const cases: Record<string, ReturnType<typeof parseByteRange>> = {
    'bytes=0-0': { start: 0, end: 0 },
    'bytes=0-499': { start: 0, end: 499 },
    'bytes=500-': { start: 500, end: 999 },
    'bytes=999-': { start: 999, end: 999 },
    'bytes=0-99999999999999999999': { start: 0, end: 999 },
    'bytes=-1': { start: 999, end: 999 },
    'bytes=-1000': { start: 0, end: 999 },
    'bytes=-99999': { start: 0, end: 999 },
    'BYTES= 1-2 ': { start: 1, end: 2 },
    'bytes=1000-': 'unsatisfiable',
    'bytes=1000-2000': 'unsatisfiable',
    'bytes=-0': 'unsatisfiable',
    'bytes=99999999999999999999-': 'unsatisfiable',
    'bytes=5-4': undefined,
    'bytes=0-1,5-6': undefined,
    'bytes=-': undefined,
    'bytes=': undefined,
    bytes: undefined,
    'items=0-1': undefined,
    'bytes=0x0-0x1': undefined,
    'bytes=1.5-2': undefined,
    'bytes=--5': undefined,
    'bytes=a-b': undefined,
  };
  for (const [header, expected] of Object.entries(cases)) t.same(parseByteRange(header, 1000), expected, header);
  t.equal(parseByteRange(undefined, 1000), undefined);
});

t.test('an empty object has no satisfiable range', async (t) => {
  t.equal(parseByteRange('bytes=0-', 0), 'unsatisfiable');
  t.equal(parseByteRange('bytes=-5', 0), 'unsatisfiable');
});
