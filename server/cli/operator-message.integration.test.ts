import t from 'tap';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../config/load.ts';
import { startServer } from '../boot/server.ts';
import { operatorMessage } from './operator-message.ts';

const settings = (dataDir: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  dataDir,
  log: { level: 'silent' },
  server: { port: 0 },
  ...more,
});
const messageOf = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work();
  } catch (error) {
    return operatorMessage(error);
  }
  throw new Error('It started');
};

t.test('a start that an operator can mend says how, and leaves nothing running', async (t) => {
  const dataDir = t.testdir({ 'bad.yaml': 'video: []' });
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  t.match(
    await messageOf(() => startServer(loadConfig({ overrides: settings(dataDir, { server: { port } }) }))),
    /Port \d+ is taken.*server\.port/,
  );
  t.match(
    await messageOf(() =>
      startServer(loadConfig({ overrides: settings(dataDir, { encode: { ladder: `${dataDir}/bad.yaml` } }) })),
    ),
    /bad\.yaml/,
  );
  t.match(
    await messageOf(() =>
      startServer(loadConfig({ overrides: settings(dataDir, { tools: { ffmpeg: '/nowhere/ffmpeg' } }) })),
    ),
    /ffmpeg/,
  );
  t.match(
    await messageOf(() => startServer(loadConfig({ overrides: settings(`${dataDir}/bad.yaml/data`) }))),
    /data folder .*bad\.yaml/,
  );
  t.match(
    await messageOf(() =>
      startServer(loadConfig({ overrides: settings(dataDir, { storage: { path: `${dataDir}/bad.yaml/media` } }) })),
    ),
    /storage.*bad\.yaml/,
  );
  t.match(
    await messageOf(() =>
      startServer(loadConfig({ overrides: settings(dataDir, { database: { path: `${dataDir}/bad.yaml` } }) })),
    ),
    /database.*bad\.yaml/,
  );
  const first = await startServer(loadConfig({ overrides: settings(dataDir) }));
  t.match(await messageOf(() => startServer(loadConfig({ overrides: settings(dataDir) }))), /Another Dramabox/);
  await first.stop();
  const second = await startServer(loadConfig({ overrides: settings(dataDir) }));
  await second.stop();
  t.match(
    await messageOf(() => startServer(loadConfig({ overrides: settings(dataDir) }), ['origin'])),
    /database\.kind.*storage\.kind.*sessions\.kind/,
  );
  t.match(await messageOf(() => startServer(loadConfig({ overrides: settings(dataDir) }), ['orgin'])), /no role orgin/);
  t.match(
    await messageOf(() => loadConfig({ overrides: { server: { port: 70_000 } } })),
    /server\.port.*DRAMABOX_SERVER_PORT/,
  );
});

t.test('a fault of ours keeps its stack', (t) => {
  t.equal(operatorMessage(new TypeError('undefined is not a function')), undefined);
  t.end();
});
