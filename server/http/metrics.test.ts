import t from 'tap';
import { createHttpApp } from './application.ts';
import { createLogger } from '../kit/logger.ts';
import { createMetrics } from '../kit/metrics.ts';
import { openHttpApp } from '../testing/http-app.ts';
import { admitScrapers } from './callers/scrapers.ts';
import { measureRequests, registerMetrics } from './metrics.ts';

t.test('requests are counted by route pattern', async (t) => {
  const app = await createHttpApp({ logger: createLogger({ level: 'silent' }), trustProxy: false });
  t.teardown(() => app.close());
  const registry = createMetrics();
  measureRequests(app, registry);
  registerMetrics(app, registry);
  app.get('/assets/:id', { config: { access: 'public' } }, async () => 'x');
  await app.inject('/assets/asset_secret');
  await app.inject('/no/such/secret');
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/no/such/secret' });

  admitScrapers(app, { token: 'a-token-of-the-scraper' });
  const response = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer a-token-of-the-scraper' } });
  t.equal(response.statusCode, 200);
  t.match(response.headers['content-type'], /^text\/plain/);
  t.match(
    response.body,
    /dramabox_http_request_duration_seconds_count\{method="GET",route="\/assets\/:id",status="200"\} 1/,
  );
  t.match(response.body, /route="unmatched"/);
  t.notMatch(response.body, /secret/);
  t.match(response.body, /process_cpu_seconds_total/);
});

t.test('nobody reads figures only because they are on this machine', async (t) => {
  const app = await openHttpApp(t);
  registerMetrics(app, createMetrics());
  const status = async (headers: Record<string, string> = {}) =>
    (await app.inject({ url: '/metrics', headers })).statusCode;
  t.equal(await status(), 401, 'a plain proxy, which sets no header, is everybody');
  t.equal(await status({ 'x-forwarded-for': '127.0.0.1' }), 401);
  t.equal(await status({ authorization: 'Bearer ' }), 401, 'where there is no token, none is right');
  t.equal(await status({ authorization: 'super_admin' }), 200);
  t.equal(await status({ authorization: 'viewer' }), 403);
  admitScrapers(app, { token: 'a-token-of-the-scraper' });
  t.equal(await status(), 401);
  t.equal(await status({ authorization: 'Bearer a-token-of-the-scraper' }), 200);
  for (const wrong of ['a-token-of-the-scrape', 'a-token-of-the-scraperx', 'A-TOKEN-OF-THE-SCRAPER', 'x'])
    t.equal(await status({ authorization: `Bearer ${wrong}` }), 401, wrong);
  t.equal(await status({ authorization: 'super_admin' }), 200, 'accounts as before');
  const own = await openHttpApp(t);
  registerMetrics(own, createMetrics());
  admitScrapers(own, 'everybody');
  t.equal((await own.inject('/metrics')).statusCode, 200, 'a listener of its own');
});
