import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * The least that Node can do with an upload: the body of a request is written to a file in a folder (first argument), by
 * nobody in particular, and cannot be continued. Prints `listening <port>`.
 */
const folder = process.argv[2] as string;
let count = 0;
const server = createServer((request, response) => {
  const file = path.join(folder, String((count += 1)));
  pipeline(request, createWriteStream(file)).then(
    () => response.writeHead(204).end(),
    () => response.destroy(),
  );
}).listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(0));
