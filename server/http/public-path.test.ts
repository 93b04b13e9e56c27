import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import t, { type Test } from 'tap';
import { registerHealth } from './health.ts';
import { registerMetrics } from './metrics.ts';
import { openHttpApp } from '../testing/http-app.ts';

/** A server that has the path `/video` of its host, and one more at a CDN; what bypasses the framework says so. */
async function start(t: Test) {
  const app = await openHttpApp(t, {
    publicPaths: ['/video', '/edge'],
    bypass: ({ url = '' }, response) => {
      if (!url.startsWith('/s/')) return false;
      response.end(`bypassed ${url}`);
      return true;
    },
  });
  registerHealth(app, { checks: {} });
  registerMetrics(app, new Registry());
  const files = { access: 'public', methodOverride: true, audit: { none: 'x' } } as const;
  app.patch('/files/:id', { config: files }, async ({ method, url }) => `${method} ${url}`);
  app.get('/files/:id', { config: { access: 'public' } }, async ({ url }) => url);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  // Not by fetch, which would tidy paths up.
  return async (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        let body = '';
        response.on('data', (part: Buffer) => {
          body += part.toString();
        });
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
      })
        .on('error', reject)
        .end();
    });
}

t.test('with its path in front and without, every part of a server answers the same', async (t) => {
  const ask = await start(t);
  for (const front of ['', '/video', '/edge']) {
    t.match(await ask(`${front}/health/live`), { status: 200, body: '"live"' }, front);
    t.match(await ask(`${front}/health/ready?x=1`), { status: 200, body: '"ready"' }, front);
    t.match(await ask(`${front}/metrics`), { status: 401 }, `${front}: figures still ask who it is`);
    t.match(await ask(`${front}/metrics`, 'GET', { authorization: 'super_admin' }), { status: 200 }, front);
    t.match(await ask(`${front}/s/token/x`), { body: /^bypassed \/s\/token\/x$/ }, front);
    t.match(await ask(`${front}/files/7?a=b`), { body: /^\/files\/7\?a=b$/ }, front);
    const overridden = await ask(`${front}/files/7`, 'POST', { 'x-http-method-override': 'PATCH' });
    t.match(overridden, { status: 200, body: 'PATCH /files/7' }, front);
  }
});

t.test('what only looks like the path is not found', async (t) => {
  const ask = await start(t);
  for (const path of [
    '/videos/files/7',
    '/video/../files/7',
    '/video/%2e%2e/files/7',
    '/video/x/../files/7',
    '/video/../s/token/x',
    '/other/video/files/7',
    '/VIDEO/files/7',
  ])
    t.match(await ask(path), { status: 404 }, path);
});
