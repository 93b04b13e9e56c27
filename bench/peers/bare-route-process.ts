import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

/** An answer of ours, as it was. */
export interface RecordedAnswer {
  readonly method: 'GET' | 'POST';
  /** Without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Fastify with nothing behind it: each route sends the bytes that ours sent, to anybody. The answers are in a file
 * (first argument). Prints `listening <port>`.
 */
const answers = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as readonly RecordedAnswer[];
const app = Fastify();
for (const { method, path, status, headers, body } of answers)
  app.route({ method, url: path, handler: async (_request, reply) => reply.code(status).headers(headers).send(body) });
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`listening ${(app.server.address() as AddressInfo).port}`);
process.on('SIGTERM', () => process.exit(0));
