import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyContextConfig } from 'fastify';
import t from 'tap';
import { MemoryLimits } from '../../limits/memory.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { openHttpApp } from '../../testing/http-app.ts';
import { isStillAllowed, optionalIdentityOf } from '../access.ts';
import { useWatchers } from './kids.ts';
import { useLimits } from './limits.ts';
import { isFromOwnPage, requireOwnPage } from './own-pages.ts';
import { serviceOf, useServiceKeys } from './services.ts';
import { rawBodyOf } from './webhooks.ts';

const audit = { none: 'A test.' } as const;

t.test('optional identity: everybody may call, who is signed in is known, a bad token is refused', async (t) => {
  const app = await openHttpApp(t);
  app.get('/x', { config: { access: 'optional' } }, async (request) => optionalIdentityOf(request)?.role ?? 'nobody');
  t.equal((await app.inject('/x')).body, 'nobody');
  t.equal((await app.inject({ url: '/x', headers: { authorization: 'viewer' } })).body, 'viewer');
  t.equal((await app.inject({ url: '/x', headers: { authorization: 'expired' } })).statusCode, 401);
});

t.test('refusals have the headers of all answers', async (t) => {
  const app = await openHttpApp(t);
  app.get('/x', { config: { access: 'signed-in' } }, async () => 'x');
  const { statusCode, headers } = await app.inject('/x');
  t.equal(statusCode, 401);
  t.match(headers, {
    'request-id': /^request_/,
    'x-content-type-options': 'nosniff',
    'content-security-policy': String,
  });
});

t.test('identity carries where the call comes from', async (t) => {
  const app = await openHttpApp(t);
  app.get('/x', { config: { access: 'optional' } }, async (request) => optionalIdentityOf(request)?.address ?? '');
  const from = { url: '/x', remoteAddress: '203.0.113.9', headers: { authorization: 'viewer' } };
  t.equal((await app.inject(from)).body, '203.0.113.9');
});

t.test('whether a caller may still do it is asked anew', async (t) => {
  let role: 'viewer' | 'super_admin' = 'super_admin';
  const app = await openHttpApp(t, {}, () => ({ role }));
  app.get('/x', { config: { access: { may: 'assets.read' } } }, async (request) => {
    const before = await isStillAllowed(request);
    role = 'viewer';
    return [before, await isStillAllowed(request)];
  });
  t.same((await app.inject({ url: '/x', headers: { authorization: 'super_admin' } })).json(), [true, false]);
  t.equal(await isStillAllowed({} as never), false);
});

t.test('webhooks: a signature over the very bytes, checked before anything parses them', async (t) => {
  const app = await openHttpApp(t);
  const sign = (body: string) => createHmac('sha256', 'secret').update(body).digest('hex');
  const verify = (body: Buffer, headers: { signature?: unknown }) => headers.signature === sign(body.toString());
  app.post('/hook', { config: { access: { webhook: { verify, maxBytes: 100 } }, audit } }, async (request) => ({
    raw: rawBodyOf(request).toString(),
    parsed: request.body,
  }));
  const post = (body: string, signature: string) =>
    app.inject({ method: 'POST', url: '/hook', headers: { 'content-type': 'application/json', signature }, body });
  const body = '{ "n":  1.0 }';
  t.same((await post(body, sign(body))).json(), { raw: body, parsed: { n: 1 } });
  t.match((await post('{"n":1}', sign(body))).json(), { code: 'invalid_signature', status: 401 });
  t.match((await post('not json', sign('x'))).json(), { code: 'invalid_signature' }, 'before it is parsed');
  t.match((await post('not json', sign('not json'))).json(), { code: 'invalid_request' });
  const long = JSON.stringify('x'.repeat(200));
  t.match((await post(long, sign(long))).json(), { code: 'payload_too_large' });
  const chunked = await app.inject({
    method: 'POST',
    url: '/hook',
    headers: { 'content-type': 'application/json', signature: sign(long), 'transfer-encoding': 'chunked' },
    payload: Readable.from([long]),
  });
  t.match(chunked.json(), { code: 'payload_too_large' }, 'also when the length is not said');
});

t.test('a webhook may be longer than other bodies, and one that is too long is told so', async (t) => {
  const app = await openHttpApp(t);
  const config = { access: { webhook: { verify: () => true, maxBytes: 500_000 } }, audit };
  app.post('/hook', { config }, async (request) => rawBodyOf(request).length);
  const headers = { 'content-type': 'application/json' };
  const long = JSON.stringify('x'.repeat(400_000));
  t.equal((await app.inject({ method: 'POST', url: '/hook', headers, body: long })).body, String(long.length));

  const url = await app.listen({ port: 0 });
  // Over a connection, which must stay until the answer has left: a stream, so that the length is not said.
  const body = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100_000, ' ')));
  const response = await fetch(`${url}/hook`, { method: 'POST', headers, body, duplex: 'half' });
  t.match(await response.json(), { code: 'payload_too_large' });
});

t.test('services: a key with the scope', async (t) => {
  const app = await openHttpApp(t);
  app.get('/x', { config: { access: { service: 'metrics.read' } } }, async (request) => serviceOf(request)?.keyId);
  const status = async (authorization: string) =>
    (await app.inject({ url: '/x', headers: { authorization } })).statusCode;
  t.equal(await status('Bearer one'), 401, 'nobody knows keys');
  useServiceKeys(app, async (key) =>
    key === 'one' || key === 'two'
      ? { keyId: `key_${key}`, scopes: [key === 'one' ? 'metrics.read' : 'assets.read'] }
      : undefined,
  );
  t.equal((await app.inject({ url: '/x', headers: { authorization: 'Bearer one' } })).body, 'key_one');
  t.equal(await status('Bearer two'), 403);
  t.equal(await status('Bearer three'), 401);
  t.equal(await status('super_admin'), 401, 'an account is no service');
});

t.test("what is not for kids is refused to kids' profiles, before a proof is asked for", async (t) => {
  let familyId = 'free';
  const app = await openHttpApp(t, {}, () => ({ familyId, authenticatedAt: 0 }));
  const config = { access: 'signed-in', notForKids: true, audit } as const;
  app.post('/x', { config }, async () => 'x');
  app.post('/proof', { config: { ...config, stepUp: { withinSeconds: 60 } } }, async () => 'x');
  app.post('/all', { config: { access: 'signed-in', audit } }, async () => 'x');
  useWatchers(app, async (signIn) => signIn.familyId as 'free' | 'kids' | 'nobody');
  const outcome = async (url: string, authorization = 'super_admin') => {
    const { statusCode, body } = await app.inject({ method: 'POST', url, headers: { authorization } });
    return statusCode === 200 ? body : (JSON.parse(body) as { code: string }).code;
  };
  t.equal(await outcome('/x'), 'x');
  t.equal(await outcome('/proof'), 'step_up_required');
  t.equal(await outcome('/x', 'nobody'), 'unauthenticated');
  familyId = 'kids';
  t.equal(await outcome('/x'), 'kids_profile');
  t.equal(await outcome('/proof'), 'kids_profile');
  t.equal(await outcome('/all'), 'x');
  familyId = 'nobody';
  t.equal(await outcome('/x'), 'profile_not_chosen');
});

t.test('what is not for kids needs somebody who knows them', async (t) => {
  const config = { access: 'signed-in', notForKids: true } as const;
  const open = await openHttpApp(t);
  t.throws(() => open.get('/x', { config: { ...config, access: 'optional' } }, async () => 'x'), /have no account/);
  open.get('/y', { config }, async () => 'x');
  await t.rejects(async () => open.ready(), /nobody knows who has a kids' profile/);
});

t.test('limits by account and by address, before the body is read', async (t) => {
  const app = await openHttpApp(t);
  const limits = new MemoryLimits();
  t.teardown(() => limits.close());
  useLimits(app, limits);
  const twice = { points: 2, seconds: 60, what: 'attempts' };
  app.post('/open', { config: { access: 'public', limits: [{ ...twice, per: 'address' }], audit } }, async () => 'x');
  app.post(
    '/mine',
    { config: { access: 'signed-in', limits: [{ ...twice, per: 'account' }], audit } },
    async () => 'x',
  );
  const post = (url: string, remoteAddress: string, body = '{}') =>
    app.inject({
      method: 'POST',
      url,
      remoteAddress,
      headers: { authorization: 'viewer', 'content-type': 'application/json' },
      body,
    });
  t.equal((await post('/open', '203.0.113.1')).statusCode, 200);
  t.equal((await post('/open', '203.0.113.1')).statusCode, 200);
  const refused = await post('/open', '203.0.113.1', 'not json');
  t.match(refused.json(), { code: 'too_many_requests' }, 'counted before the body is read');
  t.ok(Number(refused.headers['retry-after']) > 0);
  t.equal((await post('/open', '203.0.113.2')).statusCode, 200);
  for (const n of [1, 2]) t.equal((await post('/mine', `203.0.113.${n}`)).statusCode, 200);
  t.equal((await post('/mine', '203.0.113.3')).statusCode, 429, 'from wherever the account calls');
});

t.test('a route may have several limits of one kind', async (t) => {
  const app = await openHttpApp(t);
  const limits = new MemoryLimits();
  t.teardown(() => limits.close());
  useLimits(app, limits);
  const [few, many] = [
    { per: 'address', points: 1, seconds: 1, what: 'calls' },
    { per: 'address', points: 100, seconds: 86_400, what: 'calls in a day' },
  ] as const;
  app.get('/x', { config: { access: 'public', limits: [few, many] } }, async () => 'x');
  t.equal((await app.inject('/x')).statusCode, 200);
  t.equal((await app.inject('/x')).statusCode, 429);
});

t.test('an application whose limits nothing counts does not start', async (t) => {
  const app = await openHttpApp(t);
  const limits = [{ per: 'address' as const, points: 1, seconds: 1, what: 'calls' }];
  app.get('/x', { config: { access: 'public', limits } }, async () => 'x');
  await t.rejects(async () => await app.ready(), /nothing counts/);
});

t.test('a proof that is too old asks for a new one', async (t) => {
  const clock = createFakeClock(Date.now());
  const authenticatedAt = clock.now();
  const app = await openHttpApp(t, { clock }, () => ({ authenticatedAt }));
  app.get('/x', { config: { access: 'signed-in', stepUp: { withinSeconds: 60 } } }, async () => 'x');
  const ask = () => app.inject({ url: '/x', headers: { authorization: 'viewer' } });
  clock.advance(60_000);
  t.equal((await ask()).statusCode, 200);
  clock.advance(1);
  const refused = await ask();
  t.match(refused.json(), { status: 403, code: 'step_up_required', maxAgeSeconds: 60 });
  t.match(refused.headers['www-authenticate'], /insufficient_user_authentication.*max_age="60"/);
  t.equal((await app.inject('/x')).statusCode, 401);
});

t.test('what a browser says of where a request comes from', async (t) => {
  const host = 'tv.example:8080';
  for (const [headers, isOurs] of [
    [{}, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://tv.example:8080' }, false],
    [{ origin: 'http://tv.example:8080' }, true],
    [{ origin: 'https://tv.example:8080' }, true],
    [{ origin: 'https://tv.example' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
  ] as const)
    t.equal(isFromOwnPage(headers, { host }), isOurs, JSON.stringify(headers));
  const own = { host, protocol: 'https:' };
  t.equal(isFromOwnPage({ origin: 'https://tv.example:8080' }, own), true);
  t.equal(isFromOwnPage({ origin: 'http://tv.example:8080' }, own), false, 'a page that somebody on the way made');
});

t.test(
  'a cookie counts only in requests of our own pages, and others are refused before their body is read',
  async (t) => {
    const app = await openHttpApp(t, { publicUrl: 'https://tv.example' });
    app.post('/x', { config: { access: 'public', cookie: 'refresh', audit } }, async (request) => {
      requireOwnPage(request);
      return 'x';
    });
    const post = async (headers: Record<string, string>) => {
      const json = { 'content-type': 'application/json' };
      const response = await app.inject({
        method: 'POST',
        url: '/x',
        headers: { ...json, ...headers },
        body: 'not json',
      });
      return response.json<{ code: string }>().code;
    };
    t.equal(await post({ cookie: 'a=b; refresh=c' }), 'csrf_header_missing');
    t.equal(await post({ 'dramabox-client': 'x', origin: 'https://evil.example' }), 'csrf_header_missing');
    t.equal(await post({ 'dramabox-client': 'x', 'sec-fetch-site': 'cross-site' }), 'csrf_header_missing');
    t.equal(await post({ 'dramabox-client': 'x', origin: 'http://tv.example' }), 'csrf_header_missing');
    t.equal(await post({ 'dramabox-client': 'x', origin: 'https://tv.example' }), 'invalid_request', 'it is read');
    t.equal(await post({}), 'invalid_request', 'an app without cookies');
    t.equal(await post({ cookie: 'other_refresh=c' }), 'invalid_request', 'another cookie');
    const bare = await app.inject({ method: 'POST', url: '/x' });
    t.equal(bare.json<{ code: string }>().code, 'csrf_header_missing', 'what turns out to need the cookie');
  },
);

t.test('declarations that are missing or contradict themselves are refused', async (t) => {
  const app = await openHttpApp(t);
  const open = { access: 'public' } as const;
  const limit = { points: 2, seconds: 60, what: 'calls' };
  const verify = () => true;
  const reads: readonly [FastifyContextConfig, RegExp][] = [
    [{ ...open, audit: { none: 'it only reads' } }, /changes nothing/],
    [{ access: { webhook: { verify } } }, /always a POST/],
    [{ ...open, limits: [{ ...limit, per: 'account' }] }, /counts by account, but not all of its callers have one/],
    [{ access: 'metrics', limits: [{ ...limit, per: 'account' }] }, /counts by account/],
    [{ access: { service: 'metrics.read' }, limits: [{ ...limit, per: 'account' }] }, /counts by account/],
    [{ ...open, limits: [{ ...limit, per: 'address', points: 0 }] }, /a limit that is none/],
    [{ ...open, cookie: '.*' }, /names a cookie/],
    [{ ...open, stepUp: { withinSeconds: 60 } }, /callers that have no account/],
    [{ access: { service: 'metrics.read' }, stepUp: { withinSeconds: 60 } }, /callers that have no account/],
    [{ access: { service: 'nothing' as 'metrics.read' } }, /who may call it/],
  ];
  for (const [config, message] of reads) t.throws(() => app.get('/x', { config }, async () => ''), message);
  const writes: readonly [FastifyContextConfig, RegExp][] = [
    [open, /does not declare what it leaves in the audit log/],
    [{ ...open, audit: { none: '' } }, /does not declare what it leaves/],
    [{ ...open, audit: 'nothing' as 'asset.deleted' }, /does not declare what it leaves/],
    [{ ...open, audit: [] }, /does not declare what it leaves/],
    [{ ...open, audit: ['asset.renamed', 'nothing' as 'asset.deleted'] }, /does not declare what it leaves/],
    [{ access: { webhook: {} as { verify: typeof verify } }, audit }, /who may call it/],
    [{ access: 'signed-in', idempotent: true, audit }, /must record an audit event/],
    [{ access: 'public', idempotent: true, audit: 'asset.deleted' }, /callers have none/],
  ];
  for (const [config, message] of writes) t.throws(() => app.post('/x', { config }, async () => ''), message);
});
