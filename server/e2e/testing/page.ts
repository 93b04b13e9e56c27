import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/**
 * A web server with one page, which is not the server under test, until the test ends.
 * @param scripts files by the paths that the page asks for
 * @returns its URL
 */
export async function servePage(t: Test, page: string, scripts: Readonly<Record<string, string>>): Promise<string> {
  const site = createServer((request, response) => {
    const script = scripts[request.url ?? ''];
    if (!script) return void response.setHeader('content-type', 'text/html').end(page);
    readFile(script).then(
      (code) => response.setHeader('content-type', 'text/javascript').end(code),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => {
    site.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => {
    site.closeAllConnections();
    site.close();
  });
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}
