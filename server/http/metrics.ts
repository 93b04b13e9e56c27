import { atOnce } from './hooks.ts';
import { Histogram, type Registry } from 'prom-client';
import type { HttpApp } from './http-app.ts';
import { replaysOf } from './replays.ts';

/**
 * Times every request that Fastify answers, by route pattern: a raw URL would carry tokens and ids and make the
 * number of series unbounded. Must be called before the routes are added.
 */
export function measureRequests(app: HttpApp, registry: Registry): void {
  const duration = new Histogram({
    name: 'dramabox_http_request_duration_seconds',
    help: 'Time from the request to the end of the response, by route pattern (segments bypass the framework and are not in it)',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers: [registry],
  });
  /** To find a series by its labels takes longer than to count. */
  const known = new Map<string, ReturnType<typeof duration.labels>>();
  const observe = (method: string, route: string, status: number, milliseconds: number): void => {
    const key = `${method} ${route} ${status}`;
    let series = known.get(key);
    if (!series) known.set(key, (series = duration.labels(method, route, String(status))));
    series.observe(milliseconds / 1000);
  };
  app.addHook(
    'onResponse',
    atOnce((request, reply) => {
      // Methods and unmatched paths are the client's choice: both are folded into a bounded set.
      const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
      observe(request.is404 ? 'any' : request.method, route, reply.statusCode, reply.elapsedTime);
    }),
  );
  replaysOf(app).onReplay(({ route, status, milliseconds }) => observe('GET', route, status, milliseconds));
}

/**
 * `/metrics` for Prometheus: for scrapers that were let in, and for accounts that may `metrics.read`. That somebody is on
 * this machine is no reason: a proxy on it looks just the same, and it is everybody.
 */
export function registerMetrics(app: HttpApp, registry: Registry): void {
  app.get('/metrics', { config: { access: 'metrics' }, logLevel: 'warn' }, async (_request, reply) => {
    void reply.type(registry.contentType).header('cache-control', 'no-store');
    return await registry.metrics();
  });
}
