import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryStorage } from '../../../server/testing/memory-storage.ts';

/** What of the tests' storage packaging writes to. */
export class PublishedFiles extends MemoryStorage {
  async putFile(key: string, file: string): Promise<void> {
    await this.put(key, await readFile(file));
  }

  /** Every object below a prefix, by its key without it. */
  async contents(prefix: string): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for await (const { key } of this.list(prefix)) found.set(key.slice(prefix.length), await this.read(key));
    return found;
  }
}

/** Serves objects over HTTP for players. Ends with `close`. */
export async function servePublished(
  storage: PublishedFiles,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    storage.read(decodeURI((request.url ?? '/').slice(1))).then(
      (body) => {
        const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
        if (!range) return response.writeHead(200, { 'content-length': body.length }).end(body);
        const start = Number(range[1]);
        const end = Math.min(range[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, body.length - 1);
        return response
          .writeHead(206, {
            'content-range': `bytes ${start}-${end}/${body.length}`,
            'content-length': end - start + 1,
          })
          .end(body.subarray(start, end + 1));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
