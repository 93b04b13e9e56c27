import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { shareServer } from '../shared-server.ts';

/**
 * Firebase's Auth emulator, which the test files of one run share: they are told its address. Only it is started, and
 * not by the command `emulators:start`, which asks the internet for news, takes further ports and keeps files.
 */
const folder = path.dirname(process.argv[2] as string);
// Firebase's tools keep settings of the person who runs them.
process.env['XDG_CONFIG_HOME'] = folder;
const server = createServer();

/** The part of Firebase's tools that is the emulator. */
interface Emulator {
  /** @param projectId of requests that name none, by an API key */
  createApp(projectId: string): Promise<RequestListener>;
}

shareServer(
  async () => {
    const load = createRequire(import.meta.url);
    const { createApp } = load('firebase-tools/lib/emulator/auth/server.js') as Emulator;
    // It works through the description of its API first, which takes some seconds.
    server.on('request', await createApp('demo-dramabox'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  async () => {
    server.closeAllConnections();
    server.close();
  },
);
