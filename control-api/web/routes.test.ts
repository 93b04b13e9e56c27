import t from 'tap';
import path from 'node:path';
import { startControlApi } from '../testing/harness.ts';

t.test('pages, files and everything else', async (t) => {
  const folder = t.testdir({
    data: {},
    'secret.txt': 'secret',
    dist: {
      'index.html': '<!doctype html>app',
      'favicon.svg': '<svg/>',
      assets: { 'index-a1b2.js': 'code' },
      '.env': 'secret',
    },
  });
  const { app } = await startControlApi(t, {
    folder: path.join(folder, 'data'),
    dashboardRoot: path.join(folder, 'dist'),
  });
  for (const url of ['/', '/dashboard']) {
    const response = await app.inject(url);
    t.equal(response.statusCode, 302);
    t.equal(response.headers.location, '/dashboard/');
  }
  const narrowed = await app.inject('/dashboard?search=a%26b&sort=title');
  t.equal(narrowed.headers.location, '/dashboard/?search=a%26b&sort=title', 'what the page shows is not lost');
  for (const url of [
    '/dashboard/',
    '/dashboard/assets-list',
    '/dashboard/titles/asset_1?x=1',
    '/dashboard/index.html',
  ]) {
    const page = await app.inject(url);
    t.equal(page.statusCode, 200, url);
    t.match(page.body, /app/);
    t.equal(page.headers['cache-control'], 'no-cache');
    t.match(page.headers['content-security-policy'], /script-src 'self'/);
  }
  const script = await app.inject('/dashboard/assets/index-a1b2.js');
  t.equal(script.body, 'code');
  t.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  t.match(script.headers['content-type'], /javascript/);
  t.equal((await app.inject('/dashboard/favicon.svg')).headers['cache-control'], 'public, max-age=3600');
  t.equal((await app.inject('/dashboard/assets/gone.js')).statusCode, 404);
  for (const [headers, code, status] of [
    [{ range: 'bytes=999-' }, 'range_not_satisfiable', 416],
    [{ 'if-match': '"other"' }, 'precondition_failed', 412],
  ] as const) {
    const refused = await app.inject({ url: '/dashboard/favicon.svg', headers });
    t.equal(refused.statusCode, status);
    t.match(refused.json(), { code, status });
  }
  for (const url of [
    '/dashboard/../secret.txt',
    '/dashboard/..%2Fsecret.txt',
    '/dashboard/%2e%2e/secret.txt',
    '/dashboard/..%5csecret.txt',
    '/dashboard/%252e%252e%252fsecret.txt',
    '/dashboard//../secret.txt',
    '/dashboard/.env',
    '/dashboard/assets/..%2f..%2fsecret.txt',
    '/dashboard/%00.txt',
  ]) {
    const response = await app.inject(url);
    t.notMatch(response.body, /secret$/, url);
    t.ok(response.statusCode >= 400, `${url}: ${response.statusCode}`);
  }
});

t.test('says how to build what is not built', async (t) => {
  const folder = t.testdir({ data: {} });
  const { app } = await startControlApi(t, {
    folder: path.join(folder, 'data'),
    dashboardRoot: path.join(folder, 'dist'),
  });
  const response = await app.inject('/dashboard/');
  t.equal(response.statusCode, 503);
  t.match(response.body, /^The dashboard is not built.*npm run build:dashboard\n$/);
});
