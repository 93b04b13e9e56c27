import { once } from 'node:events';
import { request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { createHttpApp, type HttpAppOptions } from './application.ts';
import { measureRequests } from './metrics.ts';
import { replaysOf } from './replays.ts';
import { useAuthenticator } from './access.ts';
import { createLogger } from '../kit/logger.ts';
import { createMetrics } from '../kit/metrics.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server with one route that keeps its answers, and how often the route was asked. */
async function start(t: Test, options: Partial<HttpAppOptions> = {}) {
  const app = await createHttpApp({ logger: createLogger({ level: 'silent' }), trustProxy: true, ...options });
  t.teardown(() => app.close());
  const registry = createMetrics();
  measureRequests(app, registry);
  useAuthenticator(app, async () => undefined);
  const state = { asked: 0, isGood: true };
  const replays = replaysOf(app);
  app.get(
    '/titles/:id',
    {
      config: { access: 'optional' },
      onSend: async (request, reply, payload) => {
        const body = Buffer.from(String(payload));
        void reply.header('etag', '"one"');
        const type = 'application/json; charset=utf-8';
        replays.keep(request, reply, { body, type, etag: '"one"', isGood: () => state.isGood });
        return body;
      },
    },
    async (request) => {
      state.asked += 1;
      return { asked: state.asked, region: request.headers['cf-ipcountry'] ?? null };
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const get = async (headers: Record<string, string> = {}, method = 'GET', path = '/titles/1'): Promise<Answer> => {
    // Not fetch, which sets `host` itself.
    const sent = ask({ host: '127.0.0.1', port, method, path, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  return { state, registry, get };
}

const changing = ({ headers }: Answer) => {
  const { 'request-id': _, date: __, ...others } = headers;
  return others;
};

t.test('the second answer is the first one, without the route being asked', async (t) => {
  const { state, registry, get } = await start(t);
  const first = await get();
  const second = await get({ 'user-agent': 'another', 'x-forwarded-proto': '' });
  const third = await get({ 'user-agent': 'another' });
  t.equal(state.asked, 2, 'who says something else is asked for, who does not is not');
  t.same([third.status, third.body, changing(third)], [200, first.body, changing(first)]);
  t.match(third.headers['request-id'], /^request_/);
  t.not(third.headers['request-id'], first.headers['request-id']);
  t.match(third.headers, { 'content-security-policy': /default-src/, 'content-type': /json/ });
  t.equal(second.status, 200);

  const unchanged = await get({ 'if-none-match': 'W/"one", "two"' });
  t.same([unchanged.status, unchanged.body, unchanged.headers['content-length']], [304, '', undefined]);
  t.equal(state.asked, 2);
  t.match(await registry.metrics(), /count\{method="GET",route="\/titles\/:id",status="304"\} 1/);
  t.match(await registry.metrics(), /count\{method="GET",route="\/titles\/:id",status="200"\} 3/);

  state.isGood = false;
  t.equal((await get()).body, JSON.stringify({ asked: 3, region: null }));
});

t.test('whatever may make a difference does', async (t) => {
  const { state, get } = await start(t, { acceptsHost: (host) => host.startsWith('ours') });
  const headers = { host: 'ours.example', 'accept-language': 'en', 'cf-ipcountry': 'KR' };
  t.match((await get(headers)).body, /"KR"/);
  t.match((await get({ ...headers, 'cf-ipcountry': 'US' })).body, /"US"/);
  t.match((await get({ ...headers, 'cf-ipcountry': 'KR' })).body, /"KR"/);
  t.equal(state.asked, 2);

  t.equal((await get({ ...headers, host: 'theirs.example' })).status, 421);
  t.equal((await get({ ...headers, 'x-forwarded-host': 'theirs.example' })).status, 421);
  t.equal((await get({ ...headers, authorization: 'Bearer nonsense' })).status, 401);
  t.equal(state.asked, 2);

  const others: [string, Record<string, string>, string?, string?][] = [
    ['language', { 'accept-language': 'es' }],
    ['a header that nobody knows', { 'x-something': '1' }],
    ['forwarded', { 'x-forwarded-for': '192.0.2.1' }],
    ['with a cookie', { cookie: 'a=b' }],
    ['from a page', { origin: 'https://ours.example' }],
    ['with conditions', { 'if-match': '"one"' }],
    ['another address', {}, 'GET', '/titles/2'],
    ['with a query', {}, 'GET', '/titles/1?x'],
    ['HEAD', {}, 'HEAD'],
  ];
  for (const [what, more, method, path] of others) {
    const before = state.asked;
    t.equal((await get({ ...headers, ...more }, method, path)).status, 200, what);
    t.equal(state.asked, before + 1, what);
  }
});

t.test('the log tells of it where it tells of everything', async (t) => {
  for (const [level, count] of [
    ['debug', 2],
    ['info', 1],
  ] as const) {
    const lines: string[] = [];
    const logger = createLogger({ level, destination: { write: (line) => lines.push(line) } });
    const { state, get } = await start(t, { logger });
    await get();
    await get();
    t.equal(state.asked, 1);
    t.equal(lines.filter((line) => line.includes('/titles/1')).length, count, level);
  }
});
