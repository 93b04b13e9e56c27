import t from 'tap';
import { helpOf, parseCall } from './command-line.ts';
import { scenarios } from './scenarios/all.ts';

const account = { DRAMABOX_BENCH_EMAIL: 'ann@example.com', DRAMABOX_BENCH_PASSWORD: 'correct horse' };

t.test('every scenario is listed', async (t) => {
  t.strictSame(parseCall(scenarios, [], {}), { kind: 'help' });
  t.strictSame(
    scenarios.map(({ name }) => name),
    ['origin', 'sessions', 'upload', 'transcode', 'api'],
  );
  for (const { name, summary } of scenarios) {
    t.ok(helpOf(scenarios).includes(name));
    t.ok(helpOf(scenarios).includes(summary));
  }
});

t.test('a scenario, its files and where to measure', async (t) => {
  const call = parseCall(scenarios, ['transcode', 'a.mp4', '/b.mp4', '--quick', '--report', 'r'], {
    INIT_CWD: '/there',
  });
  t.match(call, { kind: 'run', extent: 'quick', files: ['/there/a.mp4', '/b.mp4'], reportFolder: '/there/r' });
  t.match(parseCall(scenarios, ['origin', '--url', 'https://example.com/video/'], account), {
    running: { url: 'https://example.com/video', email: 'ann@example.com', password: 'correct horse' },
  });
});

t.test('what is wrong is said', async (t) => {
  const refused = (argv: readonly string[], environment = {}) => {
    try {
      parseCall(scenarios, argv, environment);
      return 'nothing';
    } catch (error) {
      return (error as Error).message;
    }
  };
  t.match(refused(['orgin']), /There is no scenario orgin.*\n.*\n.*origin/s);
  t.match(refused(['--quick']), /Which scenario/);
  t.match(refused(['origin', 'a.mp4']), /takes nothing behind its name/);
  t.match(refused(['origin', '--fast']), /--fast/);
  t.match(refused(['origin', '--url', 'example.com'], account), /no http\(s\) address/);
  t.match(refused(['origin', '--url', 'http://127.0.0.1:1']), /DRAMABOX_BENCH_PASSWORD/);
});
