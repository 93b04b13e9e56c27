import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { Type } from 'typebox';
import { identity } from '../testing/identity.ts';
import { until } from '../testing/until.ts';
import { DatabaseUnavailable, OutcomeUnknown } from '../db/port.ts';
import { ProblemError } from '../kit/errors.ts';
import { identityOf, useAuthenticator } from './access.ts';
import { createHttpApp, type HttpAppOptions } from './application.ts';
import { createLogger } from '../kit/logger.ts';
import { isLoopback } from './callers/loopback.ts';

async function open(t: Test, options: Partial<HttpAppOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: {
      write: (line) => {
        lines.push(line);
      },
    },
  });
  const app = await createHttpApp({ logger, trustProxy: false, ...options });
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { app, lines };
}

const open_ = { config: { access: 'public' } } as const;
const write = { config: { access: 'public', audit: { none: 'A test.' } } } as const;

t.test('a route that does not say who may call it cannot be added', async (t) => {
  const { app } = await open(t);
  t.throws(() => app.get('/forgotten', async () => 'x'), /GET \/forgotten does not declare who may call it/);
  t.throws(
    () => app.get('/nobody', { config: { access: { may: 'nothing' as 'assets.read' } } }, async () => 'x'),
    /does not declare/,
  );
  t.doesNotThrow(() => app.get('/open', open_, async () => 'x'));
});

t.test('a database that cannot answer just now is no fault of the server', async (t) => {
  const { app, lines } = await open(t);
  app.get('/away', open_, async () => {
    throw new DatabaseUnavailable('connect ECONNREFUSED db.internal:5432');
  });
  app.get('/busy', open_, async () => {
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  });
  app.get('/unknown', open_, async () => {
    throw new OutcomeUnknown('nobody knows');
  });
  for (const url of ['/away', '/busy']) {
    const answer = await app.inject({ url });
    t.equal(answer.statusCode, 503);
    t.equal(answer.headers['retry-after'], '2');
    t.match(answer.json(), { code: 'not_ready', failed: ['database'] });
    t.notMatch(answer.body, /db\.internal|locked/, 'why is for the log');
  }
  t.ok(lines.some((line) => line.includes('db.internal')));
  t.equal((await app.inject({ url: '/unknown' })).statusCode, 500, 'a client must not simply repeat it');
});

t.test('access is enforced by what the route declares', async (t) => {
  const { app } = await open(t);
  useAuthenticator(app, async ({ headers }) =>
    headers.authorization === undefined ? undefined : identity({ role: headers.authorization as 'viewer' }),
  );
  app.get('/open', open_, async () => 'x');
  app.get('/mine', { config: { access: 'signed-in' } }, async (request) => identityOf(request).role);
  app.get('/admin', { config: { access: { may: 'accounts.manage' } } }, async () => 'x');
  app.get('/wrong', open_, async (request) => identityOf(request).role);
  const status = async (url: string, authorization?: string) =>
    (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
  t.equal(await status('/open'), 200);
  t.equal(await status('/mine'), 401);
  t.equal(await status('/mine', 'viewer'), 200);
  t.equal(await status('/admin'), 401);
  t.equal(await status('/admin', 'content_manager'), 403);
  t.equal(await status('/admin', 'super_admin'), 200);
  t.equal(await status('/wrong', 'viewer'), 500, 'a public route has no caller to ask about');
  const refused = await app.inject({ url: '/mine' });
  t.equal(refused.headers['www-authenticate'], 'Bearer');
});

t.test('errors are problems, and what is unknown stays inside', async (t) => {
  const { app, lines } = await open(t);
  app.get('/known', open_, async () => {
    throw new ProblemError('conflict', 'Not now.', { extras: { until: 5 } });
  });
  app.get('/unknown', open_, async () => {
    throw new Error('the password is hunter2');
  });
  app.get('/text', open_, () => Promise.reject('just a string')); // oxlint-disable-line prefer-promise-reject-errors
  app.post(
    '/body',
    { ...write, schema: { body: Type.Object({ n: Type.Integer({ maximum: 5 }) }, { additionalProperties: false }) } },
    async () => 'ok',
  );

  const known = await app.inject('/known');
  t.match(known.headers['content-type'], /^application\/problem\+json/);
  t.match(known.json(), {
    type: 'about:blank',
    status: 409,
    code: 'conflict',
    detail: 'Not now.',
    until: 5,
    requestId: /^request_/,
  });
  t.equal(known.headers['request-id'], known.json().requestId);

  for (const url of ['/unknown', '/text']) {
    const unknown = await app.inject(url);
    t.equal(unknown.statusCode, 500);
    t.equal(unknown.json().code, 'internal_error');
    t.notMatch(unknown.body, /hunter2|just a string|stack|\.ts/);
  }
  t.ok(
    lines.some((line) => line.includes('hunter2') && line.includes('"request":"request_')),
    'the log has it, with the request',
  );

  const invalid = await app.inject({ method: 'POST', url: '/body', body: { n: 9 } });
  t.equal(invalid.statusCode, 400);
  t.match(invalid.json(), { code: 'invalid_request', errors: [{ path: '/body/n' }] });
  t.equal(
    (await app.inject({ method: 'POST', url: '/body', body: { n: '3' } })).statusCode,
    400,
    'bodies are not converted',
  );
  t.equal(
    (await app.inject({ method: 'POST', url: '/body', body: { n: 3, x: 1 } })).statusCode,
    400,
    'unknown fields are refused',
  );
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/body',
        headers: { 'content-type': 'application/json' },
        payload: '{"n":',
      })
    ).json().code,
    'invalid_request',
  );
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/body',
        headers: { 'content-type': 'application/json' },
        payload: '{"n":1,"__proto__":{"x":1}}',
      })
    ).statusCode,
    400,
  );
  t.equal(
    (
      await app.inject({ method: 'POST', url: '/body', headers: { 'content-type': 'text/plain' }, payload: '{"n":1}' })
    ).json().code,
    'unsupported_media_type',
  );
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/body',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ n: 1, pad: 'x'.repeat(300_000) }),
      })
    ).json().code,
    'payload_too_large',
  );
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  t.equal(
    (await app.inject({ method: 'POST', url: '/body', headers: { 'content-type': 'application/json' }, payload: deep }))
      .statusCode,
    400,
    'depth kills nothing',
  );
});

t.test('what is not there is 404, the wrong method 405', async (t) => {
  const { app } = await open(t);
  app.get('/things/:id', open_, async () => 'x');
  app.post('/things/:id', write, async () => 'x');
  app.get('/files/*', open_, async () => 'x');
  t.match((await app.inject('/nothing')).json(), { code: 'not_found', status: 404 });
  const wrong = await app.inject({ method: 'DELETE', url: '/things/5?x=1' });
  t.match(wrong.json(), { code: 'method_not_allowed', status: 405 });
  t.equal(wrong.headers.allow, 'GET, HEAD, POST');
  t.equal((await app.inject({ method: 'POST', url: '/files/a/b' })).statusCode, 405);
  t.equal((await app.inject({ method: 'DELETE', url: '/things/5/more' })).statusCode, 404);
  t.equal((await app.inject('/%zz')).statusCode, 400);
});

t.test('pages may do what players need and nothing more', async (t) => {
  const { app } = await open(t, { mediaOrigins: ['https://cdn.example.com/base', ''] });
  app.get('/', open_, async () => 'x');
  const { headers } = await app.inject('/');
  const policy = String(headers['content-security-policy']);
  t.match(policy, /connect-src 'self' https:\/\/cdn\.example\.com(;|$)/);
  t.match(policy, /media-src 'self' blob: https:\/\/cdn\.example\.com/);
  t.match(policy, /worker-src 'self' blob:/);
  t.match(policy, /script-src 'self'(;|$)/);
  t.match(policy, /frame-ancestors 'none'/);
  t.notMatch(policy, /upgrade-insecure-requests/, 'a server without https must work');
  t.equal(headers['strict-transport-security'], undefined);
  t.equal(headers['x-content-type-options'], 'nosniff');
  t.equal(headers['x-frame-options'], 'DENY');
  t.equal(headers['referrer-policy'], 'no-referrer');
});

t.test('over sockets', async (t) => {
  const { app, lines } = await open(t, {
    bypass: (request, response) => {
      if (!request.url?.startsWith('/s/')) return false;
      response.end('bypassed');
      return true;
    },
    trustProxy: true,
  });
  app.get('/who', open_, async (request) => ({ ip: request.ip, loopback: isLoopback(request) }));
  app.get('/s/never', open_, async () => 'framework');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  t.equal(await (await fetch(`${url}/s/never`)).text(), 'bypassed', 'the raw server asks first');
  t.same(await (await fetch(`${url}/who`)).json(), { ip: '127.0.0.1', loopback: true });
  const forwarded = await (
    await fetch(`${url}/who`, { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' } })
  ).json();
  t.same(forwarded, { ip: '203.0.113.9', loopback: false }, 'only what the nearest proxy saw is believed');
  t.equal(
    ((await (await fetch(`${url}/who`, { headers: { 'x-real-ip': '127.0.0.1' } })).json()) as { loopback: boolean })
      .loopback,
    false,
  );

  const garbage = await new Promise<string>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('NOT HTTP\r\n\r\n'));
    let text = '';
    socket
      .on('data', (data) => {
        text += String(data);
      })
      .on('end', () => resolve(text))
      .on('error', reject);
  });
  t.match(garbage, /^HTTP\/1\.1 400 [\s\S]*"code":"invalid_request"/);

  await new Promise<void>((resolve, reject) => {
    httpRequest(`${url}/s%2fsecret-token/x?token=secret-query`, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
  t.notOk(
    lines.some((line) => line.includes('secret-query')),
    'queries are not logged',
  );
});

/** A connection to the application, what it has been sent, and when it was closed. */
async function connect(app: {
  readonly server: net.Server | { address(): unknown };
}): Promise<{ socket: net.Socket; text: () => string; closed: Promise<void> }> {
  const { port } = app.server.address() as AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  let text = '';
  socket
    .on('data', (data) => {
      text += String(data);
    })
    .on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  await once(socket, 'connect');
  return { socket, text: () => text, closed };
}

t.test('a server that is being closed finishes what was asked before, and no player keeps it open', async (t) => {
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const { app } = await open(t, {
    bypass: (request, response) => {
      if (!request.url?.startsWith('/s/')) return false;
      asked.push(request.url);
      if (request.url === '/s/held') void mayAnswer.then(() => response.end('held'));
      else response.end('next');
      return true;
    },
  });
  app.get('/slow', open_, async () => {
    asked.push('/slow');
    await mayAnswer;
    return 'late';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const clients = [await connect(app), await connect(app), await connect(app)] as const;
  const [player, paused, visitor] = clients;
  for (const [client, path] of [
    [player, '/s/held'],
    [paused, '/s/held'],
    [visitor, '/slow'],
  ] as const) {
    client.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  }
  player.socket.on('data', () => {
    player.socket.write('GET /s/next HTTP/1.1\r\nHost: x\r\n\r\n');
  });
  await until('all are being served', () => asked.length === 3);
  const closed = app.close();
  await until('it no longer listens', () => !app.server.listening);
  answer();
  await closed;
  await Promise.all(clients.map((client) => client.closed));
  t.match(visitor.text(), /late$/);
  t.match(paused.text(), /held$/);
  t.match(player.text(), /held/, 'then it asks and asks, and is told once that this was the last answer');
});

t.test('a body that trickles in does not hold its connection, but an upload does', async (t) => {
  const { app } = await open(t, {
    bodyTimeoutMs: 200,
    bypass: (request, response) => {
      if (!request.url?.startsWith('/s/')) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  app.post('/json', write, async () => 'x');
  app.post('/forbidden', { config: { ...write.config, access: 'signed-in', longBody: true } }, async () => 'x');
  app.post('/upload', { config: { ...write.config, longBody: true } }, async () => 'x');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`;
  const upload = await connect(app);
  upload.socket.write(`${head('/upload')}{"a"`);
  for (const path of ['/json', '/nothing', '/forbidden', '/s/x']) {
    const slow = await connect(app);
    slow.socket.write(`${head(path).replace('Length: 9', 'Length: 99999')}{`);
    const trickle = setInterval(() => {
      slow.socket.write(' ');
    }, 20);
    await slow.closed;
    t.notMatch(slow.text(), /HTTP\/1.1 200/, path);
    clearInterval(trickle);
  }
  upload.socket.write(':"b"}');
  await until('the upload is answered', () => upload.text().includes('200 OK'));
  upload.socket.destroy();
});

t.test('what cannot be read is not written to the log', async (t) => {
  const { app, lines } = await open(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const client = await connect(app);
  client.socket.write('GET /s/secret-token HTTP/1.1\r\nAuthorization: Bearer secret-token\r\nbad header\r\n\r\n');
  await client.closed;
  t.match(client.text(), /^HTTP\/1.1 400/);
  t.ok(lines.some((line) => line.includes('unreadable request')));
  t.notOk(lines.some((line) => line.includes('secret-token')));
});

t.test('HEAD answers as GET does, without the body', async (t) => {
  const { app } = await open(t);
  app.get('/list', open_, async () => ({ items: [1, 2] }));
  app.get('/endless', { ...open_, exposeHeadRoute: false }, async () => 'x');
  app.get('/mine', { config: { access: 'signed-in' } }, async () => 'x');
  const head = await app.inject({ method: 'HEAD', url: '/list' });
  t.match(head, { statusCode: 200, body: '', headers: { 'content-length': '15' } });
  t.equal((await app.inject({ method: 'HEAD', url: '/mine' })).statusCode, 401);
  t.match(await app.inject({ method: 'HEAD', url: '/endless' }), { statusCode: 405, headers: { allow: 'GET' } });
});
