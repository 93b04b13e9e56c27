import { createServer } from 'node:net';
import path from 'node:path';
import { rmSync } from 'node:fs';
import { missingPrograms, S3Process } from './s3-process.ts';

/**
 * The S3 server that the test files of one run share. The runner starts this with the path of the socket to listen on;
 * each connection is answered with `{ endpoint }` or `{ error }`, the first one when the server is up. It ends, the
 * server with it, when its input does.
 */
const socketPath = process.argv[2] as string;
const folder = path.join(path.dirname(socketPath), 's3-server');
const server = new S3Process(folder);

async function start(): Promise<S3Process['endpoint']> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is missing`);
  await server.start();
  return server.endpoint;
}

let starting: Promise<S3Process['endpoint']> | undefined;
const listener = createServer((socket) => {
  socket.on('error', () => undefined);
  starting ??= start();
  starting.then(
    (endpoint) => socket.end(JSON.stringify({ endpoint })),
    (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
  );
}).listen(socketPath);

process.stdin.resume().on('end', () => {
  listener.close();
  // What is only just starting is waited for, or nobody would stop it.
  void (starting ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => server.stop())
    .then(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    });
});
