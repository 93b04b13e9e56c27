import { statSync } from 'node:fs';
import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { startServer } from './server.ts';

t.test('a server with all roles is ready, and shows operators the tools that it uses', async (t) => {
  const overrides = {
    dataDir: t.testdir(),
    log: { level: 'silent' },
    server: { port: 0 },
    metrics: { listen: '127.0.0.1:0' },
  };
  const server = await startServer(loadConfig({ overrides }));
  t.teardown(() => server.stop());
  if (process.platform !== 'win32')
    t.equal(statSync(overrides.dataDir).mode & 0o777, 0o700, 'a data folder that was there before is closed to others');
  await createFirstAdmin(server.db, { email: 'admin@example.com' });
  const grant = await server.controlApi?.signInOperator();
  const get = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${grant?.accessToken}`, connection: 'close' };
    return (await fetch(`${server.url}${path}`, { headers })).json();
  };
  t.match(await get('/health/ready'), { status: 'ready', checks: ['database', 'storage'] });
  t.match(await get('/api/v1/operations/status'), {
    tools: [
      { name: 'ffmpeg', version: /\S/ },
      { name: 'ffprobe', version: /\S/ },
      { name: 'packager', version: /\S/ },
    ],
  });
  const status = async (url: string) => (await fetch(url, { headers: { connection: 'close' } })).status;
  t.equal(await status(server.metricsUrl ?? ''), 200, 'the listener of its own');
  t.equal(await status(`${server.url}/metrics`), 401, 'this very machine, which may be a proxy');
  t.equal(
    await status(server.metricsUrl?.replace('/metrics', '/api/v1/accounts/me') ?? ''),
    404,
    'nothing else is there',
  );
});
