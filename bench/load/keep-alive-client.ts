import http from 'node:http';
import https from 'node:https';
import { BenchError } from '../runner/bench-error.ts';

/** One request that is made once. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends this many bytes that mean nothing instead of a body. */
  readonly filler?: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What a filler is made of. */
const block = Buffer.alloc(256 * 1024, 'dramabox');

async function sendFiller(request: http.ClientRequest, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes && !request.destroyed; sent += block.length) {
    const piece = block.subarray(0, Math.min(block.length, bytes - sent));
    if (request.write(piece)) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        request.off('drain', done);
        request.off('close', done);
        resolve();
      };
      request.on('drain', done);
      request.on('close', done);
    });
  }
  request.end();
}

/**
 * Makes requests over connections that stay open, where each must be made exactly once: load generators repeat theirs.
 * Cheaper for the machine than `fetch`.
 */
export class KeepAliveClient {
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };

  constructor(connections: number) {
    const options = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
    this.#agents = { http: new http.Agent(options), https: new https.Agent(options) };
  }

  /** @throws BenchError when there is no answer */
  call({ method, url, headers, body, filler }: Call): Promise<Reply> {
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const length = filler ?? (body === undefined ? undefined : Buffer.byteLength(body));
    return new Promise<Reply>((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(new BenchError(`${method} ${target.origin} got no answer: ${error.message}`, { cause: error }));
      };
      const request = (isSecure ? https : http).request(
        target,
        {
          method,
          agent: isSecure ? this.#agents.https : this.#agents.http,
          headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', fail);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString(),
            });
          });
        },
      );
      request.on('error', fail);
      if (filler === undefined) request.end(body);
      else sendFiller(request, filler).catch(fail);
    });
  }

  /** The same, where an answer must have this status. @throws BenchError with the answer otherwise */
  async expect(status: number, call: Call): Promise<Reply> {
    const reply = await this.call(call);
    if (reply.status !== status)
      throw new BenchError(`${call.method} answered ${reply.status} instead of ${status}: ${reply.body.slice(0, 300)}`);
    return reply;
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
}
