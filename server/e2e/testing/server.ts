import type { Test } from 'tap';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../config/load.ts';
import type { Config } from '../../../config/schema.ts';
import { createFirstAdmin } from '../../../control-api/sign-in/passwords/first-admin.ts';
import { startServer } from '../../boot/server.ts';
import { failOnLeaks } from '../../testing/leaks.ts';
import { Client } from './client.ts';

export const adminEmail = 'admin@example.com';
export const adminPassword = 'correct horse battery staple';

/** Settings of a small, quick server on a free port that keeps everything under `dataDir`. */
export function testSettings(dataDir: string): Record<string, unknown> {
  return {
    dataDir,
    server: { port: 0, shutdownGraceSeconds: 20 },
    log: { level: process.env['DRAMABOX_TEST_LOG'] ?? 'silent' },
    storage: { minFreeBytes: 0 },
    encode: { chunkSeconds: 4, firstChunkSeconds: 4, niceness: 0 },
    playback: { streamsPerAccount: 0 },
    accounts: { staffSecondFactor: false },
  };
}

export interface TestServer {
  readonly url: string;
  readonly config: Config;
  readonly client: Client;
}

/** The whole product in this process on a folder of its own; stopped and removed when the test ends. */
export async function startTestServer(t: Test, settings: Record<string, unknown> = {}): Promise<TestServer> {
  // First, so that it looks last. Kept-alive connections of `fetch` take some seconds to go.
  failOnLeaks(t, { graceMs: 15_000 });
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'dramabox-e2e-'));
  const config = loadConfig({ overrides: { ...testSettings(dataDir), ...settings } });
  const server = await startServer(config);
  t.teardown(async () => {
    await server.force();
    await rm(dataDir, { recursive: true });
  });
  await createFirstAdmin(server.db, { email: adminEmail, password: adminPassword });
  return { url: server.url, config, client: await Client.signIn(server.url, adminEmail, adminPassword) };
}
