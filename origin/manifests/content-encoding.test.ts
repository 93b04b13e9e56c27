import t from 'tap';
import { chooseEncoding } from './content-encoding.ts';

t.test('what Accept-Encoding asks for', async (t) => {
  const cases: Record<string, ReturnType<typeof chooseEncoding>> = {
    '': 'identity',
    gzip: 'gzip',
    'x-gzip': 'gzip',
    br: 'br',
    'gzip, deflate, br, zstd': 'br',
    GZIP: 'gzip',
    deflate: 'identity',
    identity: 'identity',
    'br;q=0, gzip': 'gzip',
    'br;q=0.5, gzip;q=0.8': 'gzip',
    'br; q=0.5 , gzip ; q=0.5': 'br',
    'gzip;q=0.001': 'gzip',
    'identity;q=0.5, gzip;q=0.4': 'identity',
    '*': 'br',
    '*;q=0.5, br;q=0': 'gzip',
    'br;q=0, gzip;q=0': 'identity',
    '*;q=0': undefined,
    'identity;q=0': undefined,
    'identity;q=0, gzip': 'gzip',
    'gzip;q=2': 'identity',
    'gzip;q=nonsense': 'identity',
    ',,;,': 'identity',
  };
  for (const [header, expected] of Object.entries(cases)) t.equal(chooseEncoding(header), expected, header);
  t.equal(chooseEncoding(undefined), 'identity');
});
