import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { openHttpApp } from '../testing/http-app.ts';

/** An application with routes that may be asked for by POST, and some that may not. Each answers with what it was. */
async function start(t: Test) {
  const app = await openHttpApp(t);
  const seen: string[] = [];
  app.addHook('onRequest', async ({ method, routeOptions }) => {
    seen.push(`${method} ${JSON.stringify(routeOptions.config.access)}`);
  });
  const answer = async ({ method }: { method: string }) => ({ method });
  app.patch('/files/:id', { config: { access: 'public', audit: { none: 'x' }, methodOverride: true } }, answer);
  app.delete('/files/:id', { config: { access: 'signed-in', audit: { none: 'x' }, methodOverride: true } }, answer);
  app.head('/files/:id', { config: { access: 'public', methodOverride: true } }, async (_request, reply) =>
    reply.header('upload-offset', 3).send(),
  );
  app.post('/files/:id', { config: { access: 'public', audit: { none: 'x' } } }, answer);
  app.get('/files/:id', { config: { access: 'public' } }, answer);
  app.post('/other', { config: { access: 'public', audit: { none: 'x' } } }, answer);
  app.delete('/other', { config: { access: 'public', audit: { none: 'x' } } }, answer);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const ask = (method: string, path: string, override: string | undefined, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
      const all = { ...headers, ...(override === undefined ? {} : { 'x-http-method-override': override }) };
      request({ port, host: '127.0.0.1', method, path, headers: all, agent: false }, (response) => {
        let body = '';
        response
          .on('data', (chunk: Buffer) => {
            body += chunk.toString();
          })
          .on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          })
          .on('error', reject);
      })
        .on('error', reject)
        .end();
    });
  return { ask, seen };
}

t.test('a POST is what it asks to be, to everything that looks at it', async (t) => {
  const { ask, seen } = await start(t);
  t.match(await ask('POST', '/files/1', 'PATCH'), { status: 200, body: '{"method":"PATCH"}' });
  t.match(await ask('POST', '/files/1?x=1', ' patch '), { status: 200, body: '{"method":"PATCH"}' });
  t.match(await ask('POST', '/files/1', undefined), { body: '{"method":"POST"}' });
  t.match(await ask('POST', '/files/1', 'POST'), { body: '{"method":"POST"}' });
  t.same(seen, ['PATCH "public"', 'PATCH "public"', 'POST "public"', 'POST "public"']);
  t.match(
    await ask('POST', '/files/1', 'DELETE'),
    { status: 401 },
    'who may call it is asked of the route that answers',
  );
  t.match(await ask('POST', '/files/1', 'DELETE', { authorization: 'viewer' }), {
    status: 200,
    body: '{"method":"DELETE"}',
  });
  const head = await ask('POST', '/files/1', 'HEAD');
  t.match(head, { status: 200, headers: { 'upload-offset': '3' }, body: '' }, 'and the answer ends');
});

t.test('no request does another thing than it says', async (t) => {
  const { ask, seen } = await start(t);
  for (const [method, wanted] of [
    ['POST', 'GET'],
    ['POST', 'PUT'],
    ['POST', 'OPTIONS'],
    ['POST', ''],
    ['POST', 'PATCH, DELETE'],
    ['GET', 'DELETE'],
    ['GET', 'PATCH'],
    ['PATCH', 'DELETE'],
  ] as const) {
    const answer = await ask(method, '/files/1', wanted);
    t.equal(answer.status, 405, `${method} that wants to be ${wanted}`);
    t.equal(answer.headers['allow'], 'DELETE, HEAD, PATCH');
  }
  t.same(seen, [], 'no route heard of them');
  t.match(await ask('POST', '/other', 'DELETE'), { status: 200, body: '{"method":"POST"}' }, 'elsewhere it is unknown');
});
