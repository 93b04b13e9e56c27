import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { loadConfig } from '../../config/load.ts';
import { openDatabase } from '../boot/database.ts';
import { createLogger } from '../kit/logger.ts';
import { startMailServer } from '../testing/mail-server.ts';
import { startPostgres } from '../testing/postgres.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { ServerProcess } from './testing/process.ts';

/** A certificate of an authority that nobody knows who is not told of it. */
async function makeCertificate(folder: string) {
  const [certificate, key] = [path.join(folder, 'mail.crt'), path.join(folder, 'mail.key')];
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  await promisify(execFile)('openssl', [...words.split(' '), '-keyout', key, '-out', certificate]);
  return { file: certificate, cert: await readFile(certificate), key: await readFile(key) };
}

/** What starts processes of one installation, each in a folder of its own; undefined when an engine is missing. */
async function openInstallation(t: Test, folder: string, mail: Record<string, unknown>) {
  const [postgres, redis] = [await startPostgres(t), await startRedis(t)];
  if (!postgres || !redis) return undefined;
  const settings = {
    server: { port: 0, shutdownGraceSeconds: 20, publicUrl: 'https://video.example.com' },
    database: { kind: 'postgres', url: await postgres.createDatabase() },
    keys: { kind: 'database', secret: 'a secret that only these processes know' },
    storage: { kind: 'disk', path: path.join(folder, 'storage'), minFreeBytes: 0 },
    redis: { url: redis.url },
    sessions: { kind: 'redis' },
    events: { kind: 'redis' },
    limits: { kind: 'redis' },
    queue: { kind: 'bullmq' },
    mail,
  };
  const configIn = (name: string) => loadConfig({ overrides: { ...settings, dataDir: path.join(folder, name) } });
  const database = openDatabase(configIn('migration'), createLogger({ level: 'silent' }));
  await database.migrate();
  await database.close();
  return async (name: string) => {
    const started = await ServerProcess.start(configIn(name));
    t.teardown(() => started.end('SIGKILL'));
    return started;
  };
}

t.test('two processes send each mail once, in encryption, and one of them is enough', async (t) => {
  const folder = t.testdir();
  const { file, cert, key } = await makeCertificate(folder);
  const server = await startMailServer(t, { disabledCommands: [], cert, key });
  t.intercept(process, 'env', { value: { ...process.env, NODE_EXTRA_CA_CERTS: file } });
  const launch = await openInstallation(t, folder, {
    kind: 'smtp',
    smtpUrl: `smtp://localhost:${server.port}`,
    smtpEncrypted: true,
    senderAddress: 'no-reply@example.com',
  });
  if (!launch) return;
  const readers = () => server.received.flatMap(({ to }) => to);
  const addresses = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => `viewer-${first + index}@example.com`);
  const askForCodes = async (processes: readonly ServerProcess[], wanted: readonly string[]) => {
    const ask = async (email: string, { url }: ServerProcess) => {
      const { status } = await fetch(`${url}/api/v1/accounts/sign-in/code`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', host: 'video.example.com' },
        body: JSON.stringify({ email }),
      });
      return status;
    };
    const asked = wanted.map((email, index) => ask(email, processes[index % processes.length] as ServerProcess));
    t.same([...new Set(await Promise.all(asked))], [202]);
  };

  const first = await Promise.all([launch('one'), launch('two')]);
  await askForCodes(first, addresses(1, 24));
  await until('everybody has a mail', () => new Set(readers()).size === 24);
  await Promise.all(first.map((each) => each.end('SIGTERM')));
  t.same(readers().sort(), addresses(1, 24).sort(), 'one each');
  t.ok(
    server.received.every(({ encrypted }) => encrypted),
    'in encryption',
  );

  const [one, two] = await Promise.all([launch('one'), launch('two')]);
  await askForCodes([one, two], addresses(25, 30));
  await one.end('SIGKILL');
  await askForCodes([two], addresses(31, 36));
  // The lease of the killed one lives for half a minute.
  await until('everybody has a mail', () => new Set(readers()).size === 36, { timeoutMs: 180_000 });
  const names = new Set(server.received.map(({ messageId }) => messageId));
  t.equal(names.size, 36, 'a mail that was sent twice has the same name twice');
});
