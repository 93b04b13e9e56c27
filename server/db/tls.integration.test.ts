import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import t from 'tap';
import { freePort } from '../testing/free-port.ts';
import { notTested } from '../testing/not-tested.ts';
import { findBinaries, PostgresProcess } from '../testing/postgres-process.ts';
import { isUnavailable } from './port.ts';
import { openPostgres } from './postgres.ts';

t.test('TLS as the URL says', async (t) => {
  const binaries = findBinaries();
  if (!binaries) return notTested(t, 'PostgreSQL is not installed: TLS WAS NOT TESTED');
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-pg-'));
  const [certificate, key] = [path.join(folder, 'server.crt'), path.join(folder, 'server.key')];
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`];
  const server = new PostgresProcess(binaries, folder, { port, settings });
  t.teardown(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await server.init();
  const { uid, gid } = statSync(folder);
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  await promisify(execFile)('openssl', [...words.split(' '), '-keyout', key, '-out', certificate]);
  for (const file of [certificate, key]) {
    chmodSync(file, 0o600);
    if (process.getuid?.() === 0) chownSync(file, uid, gid);
  }
  await server.start();

  const connect = async (host: string, query: string): Promise<unknown> => {
    const { db, close } = openPostgres({
      url: `postgres://postgres@${host}:${port}/postgres${query}`,
      logger: pino({ level: 'silent' }),
      retryMs: 60_000,
    });
    try {
      const { rows } = await sql<{ ssl: boolean; name: string }>`
        select ssl, application_name as name from pg_stat_ssl join pg_stat_activity using (pid)
        where pid = pg_backend_pid()`.execute(db);
      return rows[0];
    } catch (error) {
      return error;
    } finally {
      await close();
    }
  };
  const authority = `sslrootcert=${encodeURIComponent(certificate)}`;
  t.strictSame(await connect('127.0.0.1', ''), { ssl: false, name: 'dramabox' }, 'none where none is asked for');
  t.match(await connect('localhost', `?sslmode=verify-full&${authority}`), { ssl: true }, 'with our own authority');
  for (const [host, query, why] of [
    ['localhost', '?sslmode=verify-full', 'an authority that nobody knows'],
    ['127.0.0.1', `?sslmode=verify-full&${authority}`, 'a certificate for another name'],
  ] as const) {
    const refused = await connect(host, query);
    t.ok(refused instanceof Error && !isUnavailable(refused), `${why}, at once: ${String(refused)}`);
  }
});
