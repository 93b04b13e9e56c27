import t, { type Test } from 'tap';
import path from 'node:path';
import { startControlApi } from '../testing/harness.ts';

/** What a build writes, and what must not get out. Each folder is an object of its own, as test folders want it. */
const built = () => ({
  dist: {
    'index.html': '<!doctype html>app',
    'secret.txt': 'secret',
    static: { 'index-a1b2.js': 'code', '.env': 'secret' },
  },
});
const apps = () => ({ viewer: built(), dashboard: built() });

/** The control API with these for its web apps. */
async function start(t: Test, web: Readonly<Record<string, ReturnType<typeof built>>>) {
  const folder = t.testdir({ data: {}, 'secret.txt': 'secret', web });
  return startControlApi(t, { folder: path.join(folder, 'data'), webRoot: path.join(folder, 'web') });
}

t.test('pages, files and everything else', async (t) => {
  const { app } = await start(t, apps());
  for (const [url, to] of [
    ['/dashboard', '/dashboard/'],
    ['/dashboard?search=a%26b&sort=title', '/dashboard/?search=a%26b&sort=title'],
  ] as const) {
    const { statusCode, headers } = await app.inject(url);
    t.equal(statusCode, 302);
    t.equal(headers.location, to, 'what the page shows is not lost');
  }
  for (const url of [
    '/',
    '/?a=1',
    '/sign-in',
    '/account',
    '/account/',
    '/account/no/such/page',
    '/dashboard/',
    '/dashboard/titles/asset_1?x=1',
    '/dashboard/index.html',
  ]) {
    const page = await app.inject(url);
    t.equal(page.statusCode, 200, url);
    t.match(page.body, /app/);
    t.equal(page.headers['cache-control'], 'no-cache');
    t.match(page.headers['content-security-policy'], /script-src 'self';/);
  }
  for (const at of ['', '/dashboard']) {
    const script = await app.inject(`${at}/static/index-a1b2.js`);
    t.equal(script.body, 'code');
    t.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
    t.match(script.headers['content-type'], /javascript/);
    t.equal((await app.inject(`${at}/static/gone.js`)).statusCode, 404);
    for (const [headers, code, status] of [
      [{ range: 'bytes=999-' }, 'range_not_satisfiable', 416],
      [{ 'if-match': '"other"' }, 'precondition_failed', 412],
    ] as const) {
      const refused = await app.inject({ url: `${at}/static/index-a1b2.js`, headers });
      t.equal(refused.statusCode, status);
      t.match(refused.json(), { code, status });
    }
    for (const url of [
      '/static/../secret.txt',
      '/static/..%2Fsecret.txt',
      '/static/%2e%2e/secret.txt',
      '/static/..%5csecret.txt',
      '/static/%252e%252e%252fsecret.txt',
      '/static//../secret.txt',
      '/static/.env',
      '/static/..%2f..%2f..%2f..%2fsecret.txt',
      '/static/%00.txt',
      '/secret.txt',
      '/..%2f..%2fsecret.txt',
    ]) {
      const { statusCode, body } = await app.inject(at + url);
      // What leads out of the folder of files is a page of the app or nothing.
      t.ok(statusCode >= 400 || body === '<!doctype html>app', `${at}${url}: ${statusCode} ${body}`);
    }
  }
});

t.test('what is no page of the viewer app is not there', async (t) => {
  const { app } = await start(t, apps());
  for (const url of [
    '/api',
    '/api/v1/no/such/thing',
    '/apis',
    '/s/token/master.m3u8',
    '/metrics/x',
    '/health/x',
    '/dashboards',
    '/sign-in/x',
    '/accounts',
    '/index.html',
    '/favicon.ico',
    '/no/such/page',
  ]) {
    const response = await app.inject(url);
    t.equal(response.statusCode, 404, url);
    t.match(response.json(), { code: 'not_found' }, url);
  }
  t.equal((await app.inject({ method: 'POST', url: '/account', body: {} })).statusCode, 405);
});

t.test('says how to build what is not built', async (t) => {
  const { app } = await start(t, { dashboard: built() });
  const response = await app.inject('/');
  t.equal(response.statusCode, 503);
  t.equal(response.headers['cache-control'], 'no-store');
  t.match(response.body, /^The viewer app is not built.*npm run build:web\n$/);
  t.equal((await app.inject('/dashboard/')).statusCode, 200, 'the other app is served');
});
