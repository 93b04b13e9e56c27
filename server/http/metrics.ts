import { Histogram, type Registry } from 'prom-client';
import type { HttpApp } from './http-app.ts';

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
  app.addHook('onResponse', async (request, reply) => {
    // Methods and unmatched paths are the client's choice: both are folded into a bounded set.
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    duration.observe(
      { method: request.is404 ? 'any' : request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
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
