import path from 'node:path';
import t from 'tap';
import { ConfigError, loadConfig } from './load.ts';

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

t.test('every wrong option is named, with the variable that sets it', async (t) => {
  const file = (text: string) => path.join(t.testdir({ 'dramabox.yaml': text }), 'dramabox.yaml');
  const problem = (source: Parameters<typeof loadConfig>[0]): string => {
    try {
      loadConfig(source);
    } catch (error) {
      t.type(error, ConfigError);
      return (error as Error).message;
    }
    t.fail('it was accepted');
    return '';
  };
  const both = problem({ file: file('server:\n  port: 70000\nplayback:\n  tokenSeconds: 3600.5\n') });
  t.match(both, /server\.port.*DRAMABOX_SERVER_PORT/);
  t.match(both, /playback\.tokenSeconds.*DRAMABOX_PLAYBACK_TOKEN_SECONDS/);
  t.match(problem({ file: file('sever:\n  port: 1\n') }), /sever/, 'a misspelt section');
  t.match(problem({ file: file('server:\n  prot: 1\n') }), /prot/, 'a misspelt option');
  t.match(problem({ environment: { DRAMABOX_SERVER_PORT: '' } }), /server\.port/, 'an empty number is not 0');
  t.match(problem({ environment: { DRAMABOX_SERVER_TRUST_PROXY: 'yes' } }), /trustProxy/);
  t.match(problem({ file: file('- a\n') }), /mapping/);
  t.match(problem({ file: file('server: [\n') }), /cannot be read/);
  t.match(problem({ file: path.join(t.testdir(), 'none.yaml') }), /none\.yaml cannot be read/);
  t.match(
    problem({ environment: { DRAMABOX_ORIGIN_REPORT_SECONDS: '60' } }),
    /idleSeconds.*reportSeconds/,
    'options that contradict each other',
  );
});
