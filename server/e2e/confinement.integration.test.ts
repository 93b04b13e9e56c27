import { execFileSync } from 'node:child_process';
import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { findConfinement } from '../../transcoder/child/find-confinement.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { openDatabase } from '../boot/database.ts';
import { toError } from '../kit/errors.ts';
import { createLogger } from '../kit/logger.ts';
import { Client } from './testing/client.ts';
import { ServerProcess } from './testing/process.ts';
import { adminEmail, adminPassword, testSettings } from './testing/server.ts';

/*
 * The server on a system that confines nothing: a user namespace in which no further ones may be made, as in many
 * containers. A system that lets none be made to begin with is one.
 */
const forbidding = [
  'unshare',
  '--user',
  '--map-root-user',
  'sh',
  '-c',
  'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
  'sh',
];
function canForbid(): boolean {
  try {
    execFileSync(forbidding[0] as string, [...forbidding.slice(1), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

t.test('where the system forbids the cage, the server says so everywhere, or does not start', async (t) => {
  if (!canForbid() && (await findConfinement()).lost.length === 0) {
    t.fail('This system confines programs, and cannot be kept from it');
    return;
  }
  const before = canForbid() ? forbidding : [];
  const overrides = { ...testSettings(t.testdir()), metrics: { token: 'a-token-of-some-length' } };
  const config = loadConfig({ overrides });
  const required = loadConfig({ overrides: { ...overrides, media: { confinement: 'required' } } });
  const refused: unknown = await ServerProcess.start(required, { before }).catch(toError);
  if (refused instanceof ServerProcess) await refused.end('SIGKILL');
  t.match(refused, {
    message: /media\.confinement is \\?"required.*reach the network.*(?:Allow namespaces|Install bubblewrap)/s,
  });

  const database = openDatabase(config, createLogger({ level: 'silent' }));
  await database.migrate();
  await createFirstAdmin(database.db, { email: adminEmail, password: adminPassword });
  await database.close();
  const server = await ServerProcess.start(config, { before });
  t.teardown(() => server.end('SIGKILL'));
  const told = server.printed.filter((line) => line.includes('"notice":"confinement-lost"'));
  t.equal(told.length, 1, 'once in the log');
  t.match(told[0], /reach the network/);
  const client = await Client.signIn(server.url, adminEmail, adminPassword);
  const { body } = await client.request<{ notices: { code: string }[] }>('GET', '/api/v1/operations/status');
  t.match(
    body.notices.filter(({ code }) => code === 'confinement-lost'),
    [{ setting: 'media.confinement', detail: /see the server's files.*(?:Allow namespaces|Install bubblewrap)/ }],
    'to whom asks, and on the dashboard, which shows these',
  );
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer a-token-of-some-length' } });
  t.match(await metrics.text(), /^dramabox_notice\{code="confinement-lost"\} 1$/m);
  t.equal(await server.end('SIGTERM'), 0);
});
