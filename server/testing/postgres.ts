import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { ulid } from 'ulid';
import { debianFolder, findBinaries, PostgresProcess, runStatement, urlOf } from './postgres-process.ts';
import { notTested } from './not-tested.ts';
import { sharedServer } from './shared-server.ts';

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
}

/** A server of a test file's own. */
export interface OwnPostgresServer extends PostgresServer {
  /** Stops the server (see `PostgresProcess.stop`) and starts it again on the same data. */
  restart(how?: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const prefix = 'dramabox-pg-';
/** Where the run's server is to be had: the socket of `postgres-service.ts`. The runner sets it. */
const serviceVariable = 'DRAMABOX_TEST_POSTGRES';

/** Removes what a killed test left, once it is surely nobody's any more. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = path.join(tmpdir(), name);
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && stats.mtimeMs < Date.now() - 3_600_000) rmSync(folder, { recursive: true, force: true });
  }
}

async function createDatabase(folder: string): Promise<string> {
  const name = `test_${ulid().toLowerCase()}`;
  await runStatement(folder, 'postgres', `create database ${name}`);
  return urlOf(folder, name);
}

async function startOwn(t: Test, binaries: string): Promise<OwnPostgresServer> {
  // Not t.testdir(): a socket's path may have 107 bytes at most, and the server's user must reach it.
  removeAbandoned();
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  const server = new PostgresProcess(binaries, folder);
  t.teardown(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await server.init();
  await server.start();
  return {
    createDatabase: () => createDatabase(folder),
    stop: () => server.stop(),
    start: () => server.start(),
    async restart(how) {
      await server.stop(how);
      await server.start();
    },
  };
}

/**
 * A PostgreSQL server to make databases in: the run's, which all test files share, or one of the file's own when it is
 * to be restarted, and when the file is run by hand; its own is stopped and removed when `t` ends. A missing
 * PostgreSQL fails `t` where the environment variable CI is set; elsewhere undefined is returned, and it says loudly
 * that nothing was tested: `const server = await startPostgres(t); if (!server) return;`
 */
export async function startPostgres(t: Test, options: { readonly own: true }): Promise<OwnPostgresServer | undefined>;
export async function startPostgres(t: Test): Promise<PostgresServer | undefined>;
export async function startPostgres(t: Test, options?: { readonly own: true }): Promise<PostgresServer | undefined> {
  const binaries = findBinaries();
  if (!binaries)
    return notTested(
      t,
      `PostgreSQL is not installed (looked in ${debianFolder}/*/bin and PATH): NOTHING WAS TESTED AGAINST IT`,
    );
  const service = process.env[serviceVariable];
  if (options?.own || !service) return startOwn(t, binaries);
  const folder = await sharedServer<string>('PostgreSQL', service);
  return { createDatabase: () => createDatabase(folder) };
}
