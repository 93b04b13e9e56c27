import t from 'tap';
import { identity } from '../testing/identity.ts';
import { useAuthenticator } from './access.ts';
import { createHttpApp } from './application.ts';
import { createLogger } from '../kit/logger.ts';
import { createMetrics } from '../kit/metrics.ts';
import { measureRequests, registerMetrics } from './metrics.ts';

t.test('requests are counted by route pattern', async (t) => {
  const app = await createHttpApp({ logger: createLogger({ level: 'silent' }), trustProxy: false });
  t.teardown(() => app.close());
  const registry = createMetrics();
  measureRequests(app, registry);
  registerMetrics(app, registry);
  app.get('/assets/:id', { config: { access: 'public' } }, async () => 'x');
  useAuthenticator(app, async ({ headers }) =>
    headers.authorization === 'admin' ? identity({ role: 'super_admin' }) : undefined,
  );
  await app.inject('/assets/asset_secret');
  await app.inject('/no/such/secret');
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/no/such/secret' });

  const response = await app.inject('/metrics');
  t.equal(response.statusCode, 200, 'this machine may scrape');
  t.match(response.headers['content-type'], /^text\/plain/);
  t.match(
    response.body,
    /dramabox_http_request_duration_seconds_count\{method="GET",route="\/assets\/:id",status="200"\} 1/,
  );
  t.match(response.body, /route="unmatched"/);
  t.notMatch(response.body, /secret/);
  t.match(response.body, /process_cpu_seconds_total/);

  const elsewhere = { remoteAddress: '203.0.113.9', url: '/metrics' };
  t.equal((await app.inject(elsewhere)).statusCode, 401);
  t.equal((await app.inject({ ...elsewhere, headers: { authorization: 'admin' } })).statusCode, 200);
  t.equal(
    (await app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '127.0.0.1' } })).statusCode,
    401,
    'a proxy on this machine is not its client',
  );
});
