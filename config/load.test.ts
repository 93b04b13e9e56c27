import path from 'node:path';
import t, { type Test } from 'tap';
import { ConfigError } from './config-error.ts';
import { namedLadders } from './sections/encode.ts';
import { loadConfig } from './load.ts';
import { secretsIn } from './schema.ts';

t.test('the environment goes over the file, the file over the defaults', async (t) => {
  const file = path.join(t.testdir({ 'dramabox.yaml': 'server:\n  port: 9000\n  host: 0.0.0.0\n' }), 'dramabox.yaml');
  t.match(loadConfig({ file }).server, { port: 9000, host: '0.0.0.0', trustProxy: false });
  const environment = {
    DRAMABOX_SERVER_PORT: '9001',
    DRAMABOX_SERVER_TRUST_PROXY: 'true',
    DRAMABOX_ORIGIN_CORS_ORIGINS: 'https://a.example, https://b.example',
    DRAMABOX_DATABASE_PATH: 'other/place.db',
    PORT: '1',
  };
  const config = loadConfig({ file, environment });
  t.match(config.server, { port: 9001, host: '0.0.0.0', trustProxy: true });
  t.same(config.origin.corsOrigins, ['https://a.example', 'https://b.example']);
  t.equal(config.database.path, path.resolve('other/place.db'));
  t.equal(config.storage.path, path.join(config.dataDir, 'storage'), 'what derives from others is filled in');
});

/** What is said when a configuration is refused. */
function problem(t: Test, source: Parameters<typeof loadConfig>[0]): string {
  try {
    loadConfig(source);
  } catch (error) {
    t.type(error, ConfigError);
    return (error as Error).message;
  }
  t.fail('it was accepted');
  return '';
}

t.test('every wrong option is named, with the variable that sets it', async (t) => {
  const file = (text: string) => path.join(t.testdir({ 'dramabox.yaml': text }), 'dramabox.yaml');
  const both = problem(t, { file: file('server:\n  port: 70000\nplayback:\n  tokenSeconds: 3600.5\n') });
  t.match(both, /server\.port.*DRAMABOX_SERVER_PORT/);
  t.match(both, /playback\.tokenSeconds.*DRAMABOX_PLAYBACK_TOKEN_SECONDS/);
  t.match(problem(t, { file: file('sever:\n  port: 1\n') }), /sever/, 'a misspelt section');
  t.match(problem(t, { file: file('server:\n  prot: 1\n') }), /prot/, 'a misspelt option');
  t.match(problem(t, { environment: { DRAMABOX_SERVER_PORT: '' } }), /server\.port/, 'an empty number is not 0');
  t.match(problem(t, { environment: { DRAMABOX_SERVER_TRUST_PROXY: 'yes' } }), /trustProxy/);
  t.match(problem(t, { file: file('- a\n') }), /mapping/);
  t.match(problem(t, { file: file('server: [\n') }), /cannot be read/);
  t.match(problem(t, { file: path.join(t.testdir(), 'none.yaml') }), /none\.yaml cannot be read/);
  t.match(
    problem(t, { environment: { DRAMABOX_ORIGIN_REPORT_SECONDS: '60' } }),
    /idleSeconds.*reportSeconds/,
    'options that contradict each other',
  );
});

t.test('options that contradict one another are refused in words, all at once', async (t) => {
  const said = (overrides: Record<string, unknown>): string => problem(t, { overrides });
  const postgres = { kind: 'postgres', url: 'postgres://me:hush@db.example/dramabox' };
  t.equal(loadConfig({ overrides: { database: postgres } }).database.url, postgres.url);
  t.equal(
    loadConfig({ overrides: { database: { ...postgres, url: 'postgres://me@/x?host=%2Frun%2Fpg' } } }).database.kind,
    'postgres',
  );
  t.match(said({ database: { kind: 'postgres' } }), /Set database\.url \(DRAMABOX_DATABASE_URL,/);
  t.match(said({ database: { url: postgres.url } }), /database\.kind: .*Set database\.kind to postgres/);
  t.match(said({ database: { ...postgres, url: 'mysql://me:hush@db.example/x' } }), /must be .* begins with postgres:/);
  t.match(said({ database: { applicationName: 'ä' } }), /database\.applicationName: must be 1 to 63 plain/);
  t.match(said({ keys: { kind: 'database' } }), /keys\.secret: .*32 characters or more.*DRAMABOX_KEYS_SECRET/);
  t.notMatch(said({ keys: { kind: 'database', secret: 'hush, but short' } }), /hush/);
  t.match(said({ keys: { secret: 'x'.repeat(40) } }), /keys\.kind: .*Set keys\.kind to database/);
  t.equal(loadConfig({ overrides: { keys: { kind: 'database', secret: 'x'.repeat(32) } } }).keys.kind, 'database');
  t.match(said({ encode: { gopSeconds: 5 } }), /encode\.segmentSeconds: must be at least encode\.gopSeconds \(5\)/);
  t.match(
    said({ encode: { segmentSeconds: 20 } }),
    /encode\.chunkSeconds: .*segmentSeconds.*\n.*encode\.firstChunkSeconds/,
  );
  t.match(said({ encode: { firstChunkSeconds: 17 } }), /encode\.chunkSeconds: .*firstChunkSeconds \(17\)/);
  t.match(said({ origin: { cacheBytes: 1024 ** 2 } }), /origin\.maxCachedObjectBytes: must be at most/);
  t.match(said({ origin: { corsOrigins: ['*', 'https://a.example/'] } }), /"https:\/\/a\.example\/" is no web origin/);
  t.match(said({ origin: { publicUrl: 'cdn.example' } }), /origin\.publicUrl: must be a URL/);
  t.match(said({ server: { hosts: ['https://x.example'] } }), /server\.hosts: "https:\/\/x\.example" is no host name/);
  t.match(said({ metrics: { listen: '9464' } }), /metrics\.listen: must be an address and a port/);
  t.match(said({ metrics: { listen: '0.0.0.0:9464' } }), /metrics\.token: must be set \(DRAMABOX_METRICS_TOKEN\)/);
  t.match(said({ metrics: { token: 'hush-hush' } }), /metrics\.token: must have 16 characters/);
  t.notMatch(said({ metrics: { token: 'hush-hush' } }), /hush/);
  t.match(said({ server: { publicUrl: 'ftp://x.example' } }), /server\.publicUrl: must be a URL/);
  for (const publicUrl of ['https://x.example', 'https://x.example/', 'https://x.example/a-b/_c.d~/'])
    t.equal(loadConfig({ overrides: { server: { publicUrl } } }).server.publicUrl, publicUrl);
  for (const [publicUrl, why] of [
    ['https://x.example/video?a=1', /server\.publicUrl: must end with its host or a path/],
    ['https://x.example/video#a', /must end with its host or a path/],
    ['https://me:hush@x.example/video', /must end with its host or a path/],
    ['https://x.example/a//b', /may have a path of letters/],
    ['https://x.example/vidéo', /may have a path of letters/],
    ['https://x.example/a%2fb', /may have a path of letters/],
    ['https://x.example/dashboard', /has a path that begins like addresses of our own \(\/dashboard\)/],
    ['https://x.example/s/x/', /addresses of our own \(\/s\)/],
    ['https://x.example/account', /addresses of our own \(\/account\)/],
  ] as const) {
    t.match(said({ server: { publicUrl } }), why, publicUrl);
    t.match(said({ origin: { publicUrl } }), /origin\.publicUrl/, publicUrl);
  }
  t.match(
    said({ database: { kind: 'postgres' }, playback: { idleSeconds: 10 } }),
    /database\.url[^]*playback\.idleSeconds/,
  );
});

t.test('a secret may stand in a file of its own', async (t) => {
  const url = 'postgres://me:hush@db.example/dramabox';
  const folder = t.testdir({ unix: `${url}\n`, windows: `${url}\r\n`, bare: url, empty: '\n' });
  const from = (name: string) => ({
    DRAMABOX_DATABASE_KIND: 'postgres',
    DRAMABOX_DATABASE_URL_FILE: path.join(folder, name),
  });
  for (const name of ['unix', 'windows', 'bare'])
    t.equal(loadConfig({ environment: from(name) }).database.url, url, name);
  t.match(problem(t, { environment: from('none') }), /DRAMABOX_DATABASE_URL_FILE: the file .*none cannot be read/);
  t.match(problem(t, { environment: from('empty') }), /DRAMABOX_DATABASE_URL_FILE: the file .*empty is empty/);
  t.match(
    problem(t, { environment: { ...from('bare'), DRAMABOX_DATABASE_URL: url } }),
    /DRAMABOX_DATABASE_URL and DRAMABOX_DATABASE_URL_FILE are both set/,
  );
  t.equal(
    loadConfig({ environment: { DRAMABOX_SERVER_HOST_FILE: '/nowhere' } }).server.host,
    '127.0.0.1',
    'only secrets are read from files',
  );
});

t.test('what must not be printed is known', async (t) => {
  const url = 'postgres://me:hu/s@h@db.example/dramabox';
  const config = loadConfig({ overrides: { database: { kind: 'postgres', url } } });
  t.strictSame(secretsIn(config), [url, 'hu/s@h']);
  t.strictSame(secretsIn(loadConfig()), []);
  const short = 'postgres://dramabox:1@host/dramabox';
  t.strictSame(
    secretsIn(loadConfig({ overrides: { database: { kind: 'postgres', url: short } } })),
    [short],
    'one digit is not cut out of every number of the log',
  );
});

t.test('no complaint repeats a secret', async (t) => {
  const file = (text: string) => path.join(t.testdir({ 'dramabox.yaml': text }), 'dramabox.yaml');
  for (const source of [
    { file: file('database:\n  url: postgres://me:hush@db\n bad: [\n') },
    { file: file('database:\n  url: [postgres://me:hush@db]\n') },
    { file: file('database:\n  kind: mysql\n  url: postgres://me:hush@db/x\n') },
    { overrides: { database: { url: 'postgres://me:hush@db/x' } } },
    { overrides: { database: { kind: 'postgres', url: 'me:hush@db/x' } } },
    { overrides: { database: { kind: 'postgres', url: `postgres://me:hush@db/${'x'.repeat(5000)}` } } },
  ])
    t.notMatch(problem(t, source), /hush/);
  t.match(problem(t, { file: file('server:\n  port: 1\n bad: [\n') }), /\(line 3\)/, 'but where the mistake is');
});

t.test('ladders and price classes have names', async (t) => {
  const load = (section: string, options: object) => loadConfig({ overrides: { [section]: options } });
  const { encode, catalogue } = load('encode', { ladders: ['animation=ladders/a.yaml', 'sports=/etc/s=1.yaml'] });
  t.same(
    [...namedLadders(encode.ladders)],
    [
      ['animation', path.resolve('ladders/a.yaml')],
      ['sports', '/etc/s=1.yaml'],
    ],
  );
  t.same(catalogue.priceClasses, ['free']);
  for (const ladders of [['animation'], ['=file'], ['animation='], ['Animation=a'], ['a=b', 'a=c']])
    t.throws(() => load('encode', { ladders }), { message: /encode\.ladders/ }, ladders.join());
  for (const priceClasses of [[], [''], ['Gold'], ['gold', 'gold']])
    t.throws(() => load('catalogue', { priceClasses }), { message: /catalogue\.priceClasses/ }, priceClasses.join());
  const environment = { DRAMABOX_ENCODE_LADDERS: 'a=/a.yaml, b=/b.yaml' };
  t.same(loadConfig({ environment }).encode.ladders, ['a=/a.yaml', 'b=/b.yaml']);
});
