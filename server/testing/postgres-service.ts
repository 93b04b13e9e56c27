import { createServer } from 'node:net';
import path from 'node:path';
import { findBinaries, PostgresProcess } from './postgres-process.ts';

/**
 * The PostgreSQL server that the test files of one run share. The runner starts this with the path of the socket to
 * listen on; each connection is answered with `{ folder }` (the server's, see `urlOf`) or `{ error }`, the first one
 * when the server is up. It ends, the server with it, when its input does.
 */
const socketPath = process.argv[2] as string;
const folder = path.join(path.dirname(socketPath), 'pg');

let server: PostgresProcess | undefined;

async function start(): Promise<string> {
  const binaries = findBinaries();
  if (!binaries) throw new Error('it is not installed');
  server = new PostgresProcess(binaries, folder);
  await server.init();
  await server.start();
  return folder;
}

let starting: Promise<string> | undefined;
const listener = createServer((socket) => {
  socket.on('error', () => undefined);
  starting ??= start();
  starting.then(
    (ready) => socket.end(JSON.stringify({ folder: ready })),
    (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
  );
}).listen(socketPath);

process.stdin.resume().on('end', () => {
  listener.close();
  // What is only just starting is waited for, or nobody would stop it.
  void (starting ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => server?.stop())
    .then(() => process.exit(0));
});
