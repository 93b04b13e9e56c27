import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { openHttpApp } from '../testing/http-app.ts';
import { acceptsHosts } from './addressee.ts';
import { isSecureHost } from './security-headers.ts';
import { createLogger } from '../kit/logger.ts';
import { Notices } from '../kit/notices.ts';
import { createFakeClock } from '../testing/fake-clock.ts';

const audit = { none: 'A test.' } as const;

/** An application with a route of every kind, listening; returns what it answers to these very bytes. */
async function open(t: Test) {
  const app = await openHttpApp(t, {
    publicUrl: 'https://tv.example.com',
    acceptsHost: acceptsHosts({ publicUrls: ['https://tv.example.com'], hosts: [], listensOn: '127.0.0.1' }),
    secure: true,
    bypass: (request, response) => {
      if (!request.url?.startsWith('/s/')) return false;
      response.writeHead(200, { 'content-length': 0 }).end();
      return true;
    },
  });
  app.get('/open', { config: { access: 'public' } }, async () => 'x');
  app.get('/signed-in', { config: { access: 'signed-in' } }, async () => 'x');
  app.get('/admin', { config: { access: { may: 'accounts.manage' } } }, async () => 'x');
  app.get('/things/:id', { config: { access: 'public' } }, async () => 'x');
  app.get('/broken', { config: { access: 'public' } }, async () => {
    throw new Error('a secret');
  });
  app.post('/json', { config: { access: 'public', audit } }, async () => 'x');
  app.post('/cookie', { config: { access: 'public', cookie: 'refresh', audit } }, async () => 'x');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return async (bytes: string) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    return text;
  };
}

const ours = 'Host: tv.example.com\r\n';
const last = 'Connection: close\r\n\r\n';

const cases: readonly (readonly [what: string, status: number, code: string | undefined, bytes: string])[] = [
  ['a page', 200, undefined, `GET /open HTTP/1.1\r\n${ours}${last}`],
  ['no route', 404, 'not_found', `GET /nothing HTTP/1.1\r\n${ours}${last}`],
  ['another method', 405, 'method_not_allowed', `DELETE /open HTTP/1.1\r\n${ours}${last}`],
  ['a method of WebDAV', 405, 'method_not_allowed', `PROPFIND /open HTTP/1.1\r\n${ours}${last}`],
  ['TRACE', 405, 'method_not_allowed', `TRACE /open HTTP/1.1\r\n${ours}${last}`],
  ['CONNECT', 405, 'method_not_allowed', `CONNECT tv.example.com:443 HTTP/1.1\r\n${ours}\r\n`],
  ['nobody', 401, 'unauthenticated', `GET /signed-in HTTP/1.1\r\n${ours}${last}`],
  ['the wrong role', 403, 'forbidden', `GET /admin HTTP/1.1\r\n${ours}Authorization: viewer\r\n${last}`],
  ['another site', 403, 'csrf_header_missing', `POST /cookie HTTP/1.1\r\n${ours}Cookie: refresh=x\r\n${last}`],
  ['our own fault', 500, 'internal_error', `GET /broken HTTP/1.1\r\n${ours}${last}`],
  ['an escape that is none', 400, 'invalid_request', `GET /%zz HTTP/1.1\r\n${ours}${last}`],
  ['a long parameter', 414, 'uri_too_long', `GET /things/${'x'.repeat(300)} HTTP/1.1\r\n${ours}${last}`],
  ['a long address', 431, 'headers_too_large', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${ours}${last}`],
  ['many headers', 431, 'headers_too_large', `GET /open HTTP/1.1\r\n${ours}X: ${'x'.repeat(20_000)}\r\n${last}`],
  [
    'a large body',
    413,
    'payload_too_large',
    `POST /json HTTP/1.1\r\n${ours}Content-Type: application/json\r\nContent-Length: 999999\r\n${last}`,
  ],
  [
    'a form',
    415,
    'unsupported_media_type',
    `POST /json HTTP/1.1\r\n${ours}Content-Type: text/plain\r\nContent-Length: 1\r\n${last}x`,
  ],
  [
    'no JSON',
    400,
    'invalid_request',
    `POST /json HTTP/1.1\r\n${ours}Content-Type: application/json\r\nContent-Length: 1\r\n${last}{`,
  ],
  ['no HTTP', 400, 'invalid_request', 'NOT HTTP\r\n\r\n'],
  ['TLS', 400, 'invalid_request', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n'],
  ['a header without a name', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${ours}: x\r\n${last}`],
  ['an expectation', 417, 'expectation_failed', `GET /open HTTP/1.1\r\n${ours}Expect: a-miracle\r\n${last}`],
  // Whom a request is for.
  ['another host', 421, 'misdirected_request', `GET /open HTTP/1.1\r\nHost: evil.example\r\n${last}`],
  ['a host that ends like ours', 421, 'misdirected_request', `GET /open HTTP/1.1\r\nHost: x.tv.example.com\r\n${last}`],
  ['no host', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${last}`],
  ['an empty host', 400, 'invalid_request', `GET /open HTTP/1.1\r\nHost:\r\n${last}`],
  ['no host, as programs of old', 200, undefined, 'GET /open HTTP/1.0\r\n\r\n'],
  ['two hosts', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${ours}Host: evil.example\r\n${last}`],
  ['twice the same host', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${ours}${ours}${last}`],
  ['two hosts to the origin', 400, 'invalid_request', `GET /s/x HTTP/1.1\r\n${ours}HOST: evil.example\r\n${last}`],
  ['a host with a user', 400, 'invalid_request', `GET /open HTTP/1.1\r\nHost: tv.example.com@evil.example\r\n${last}`],
  ['a host with a path', 400, 'invalid_request', `GET /open HTTP/1.1\r\nHost: tv.example.com/x\r\n${last}`],
  ['two hosts in one', 400, 'invalid_request', `GET /open HTTP/1.1\r\nHost: tv.example.com, evil.example\r\n${last}`],
  ['a host of Unicode', 400, 'invalid_request', `GET /open HTTP/1.1\r\nHost: tv.éxample.com\r\n${last}`],
  ['our address', 200, undefined, `GET /open HTTP/1.1\r\nHost: 127.0.0.1:1\r\n${last}`],
  ['our address in IPv6', 200, undefined, `GET /open HTTP/1.1\r\nHost: [::1]:8080\r\n${last}`],
  ['a target that names us', 200, undefined, `GET http://tv.example.com/open HTTP/1.1\r\n${ours}${last}`],
  ['a target that names another', 400, 'invalid_request', `GET http://evil.example/open HTTP/1.1\r\n${ours}${last}`],
  ['a target without a path', 400, 'invalid_request', `GET open HTTP/1.1\r\n${ours}${last}`],
  // Requests that two servers would read differently.
  [
    'a length and chunks',
    400,
    'invalid_request',
    `POST /json HTTP/1.1\r\n${ours}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    'two lengths',
    400,
    'invalid_request',
    `POST /json HTTP/1.1\r\n${ours}Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx`,
  ],
  [
    'chunks that are not last',
    400,
    'invalid_request',
    `POST /json HTTP/1.1\r\n${ours}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  ],
  [
    'an encoding that is spelt strangely',
    400,
    'invalid_request',
    `POST /json HTTP/1.1\r\n${ours}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a folded header', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${ours}X: a\r\n b: c\r\n${last}`],
  ['a bare line feed', 400, 'invalid_request', `GET /open HTTP/1.1\n${ours}X: a\n${last}`],
  ['a bare carriage return', 400, 'invalid_request', `GET /open HTTP/1.1\r\n${ours}X: a\rY: b\r\n${last}`],
  ['a length with a sign', 400, 'invalid_request', `POST /json HTTP/1.1\r\n${ours}Content-Length: +5\r\n\r\nxxxxx`],
];

t.test('every answer has the security headers, and every refusal is a problem', async (t) => {
  const ask = await open(t);
  for (const [what, status, code, bytes] of cases) {
    const text = await ask(bytes);
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    t.equal(Number(head.slice(9, 12)), status, `${what}: ${head.split('\r\n', 1)[0]}`);
    for (const header of [
      /^x-content-type-options: nosniff$/im,
      /^x-frame-options: DENY$/im,
      /^content-security-policy: default-src 'self';/im,
      /^referrer-policy: no-referrer$/im,
      /^strict-transport-security: max-age=31536000/im,
      /^cross-origin-resource-policy: same-origin$/im,
      /^request-id: request_[0-9A-Z]{26}$/im,
    ])
      t.match(head, header, what);
    if (code === undefined) continue;
    t.match(head, /^content-type: application\/problem\+json/im, what);
    t.match(head, /^cache-control: no-store$/im, what);
    const problem = JSON.parse(body) as { code: string; status: number; requestId: string };
    t.match(problem, { code, status, requestId: /^request_/ }, what);
    t.notMatch(body, /secret|evil|%zz/, `${what}: nothing of the request or of us is quoted`);
  }
});

t.test('https is asked for only where the host is ours alone', async (t) => {
  for (const [publicUrl, expected] of [
    ['https://tv.example.com', true],
    ['https://tv.example.com:8443/', true],
    ['https://example.com/video', false],
    ['http://tv.example.com', false],
    ['', false],
  ] as const)
    t.equal(isSecureHost(publicUrl), expected, publicUrl);
});

t.test('which hosts are ours', async (t) => {
  const accepts = (publicUrl: string, hosts: string[], listensOn: string, host: string, isForwarded = false) =>
    acceptsHosts({ publicUrls: [publicUrl, ''], hosts, listensOn })(host, isForwarded);
  for (const [host, expected] of [
    ['tv.example.com', true],
    ['TV.example.com.:443', true],
    ['evil.example', false],
    ['localhost:8080', true],
    ['app.localhost', true],
    ['10.1.2.3:8080', true],
    ['[2001:db8::1]', true],
    ['dramabox:8080', true],
    ['inside.example.com', true],
    ['a.lan.example.com', true],
    ['lan.example.com', false],
    ['127.0.0.1.evil.example', false],
    ['a b', false],
  ] as const)
    t.equal(
      accepts('https://tv.example.com/video', ['inside.example.com', '*.lan.example.com'], '0.0.0.0', host),
      expected,
      host,
    );
  t.equal(accepts('', [], '127.0.0.1', 'evil.example'), false, 'a server for this machine alone knows its name');
  t.equal(accepts('', [], '127.0.0.1', 'tv.example.com', true), true, 'unless a proxy stands before it');
  t.equal(accepts('', [], '0.0.0.0', 'box.lan.example'), true, 'in a network nobody told it');
  t.equal(accepts('https://tv.example.com', [], '127.0.0.1', 'evil.example', true), false, 'what is told holds');
  t.equal(accepts('', [], 'box.lan.example', 'box.lan.example'), true);
});

t.test('a proxy that nobody said is to be believed is noticed once', async (t) => {
  const lines: string[] = [];
  const clock = createFakeClock(1000);
  const logger = createLogger({
    level: 'warn',
    destination: {
      write: (line) => {
        lines.push(line);
      },
    },
  });
  for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'cf-connecting-ip']) {
    lines.length = 0;
    const notices = new Notices({ logger, clock });
    const app = await openHttpApp(t, { notices });
    app.get('/x', { config: { access: 'public' } }, async () => 'x');
    await app.inject('/x');
    t.same(notices.all, []);
    for (let n = 0; n < 3; n += 1) await app.inject({ url: '/x', headers: { [header]: '203.0.113.9' } });
    t.match(notices.all, [{ code: 'proxy-not-trusted', setting: 'server.trustProxy', since: 1000 }], header);
    t.equal(lines.length, 1, header);
    t.match(lines[0], /server\.trustProxy/);
    const trusting = await openHttpApp(t, { notices: new Notices({ logger, clock }), trustProxy: true });
    trusting.get('/x', { config: { access: 'public' } }, async () => 'x');
    await trusting.inject({ url: '/x', headers: { [header]: '203.0.113.9' } });
    t.equal(lines.length, 1, 'one that is believed is none');
  }
});
