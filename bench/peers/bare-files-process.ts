import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/**
 * The least that Node can do: files of a folder (first argument) out of memory, one write for each answer, no look at
 * who asks. With headers (second argument, JSON) it shows what they cost. Prints `listening <port>`.
 */
const root = process.argv[2] as string;
const headers = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const kept = new Map<string, Buffer>();

const server = createServer((request, response) => {
  const target = (request.url ?? '').slice(1);
  let body = kept.get(target);
  if (body === undefined) {
    body = readFileSync(path.join(root, target));
    kept.set(target, body);
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length });
  response.end(body);
}).listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(0));
