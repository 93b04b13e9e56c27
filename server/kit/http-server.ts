import { createServer, type RequestListener, type Server } from 'node:http';
import type { HttpApp } from './http-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body may take days (an upload): only a connection on which nothing moves is ended. */
    longBody?: true;
  }
}

/** A socket on which nothing moves for this long is closed, in milliseconds. */
const idleSocketMs = 120_000;
/** How long the body of any other request may take, in milliseconds: a byte now and then must not hold a socket. */
const bodyMs = 30_000;
/** How often a server that is being closed looks for connections that have become idle, in milliseconds. */
const idleCheckMs = 250;

/** A server whose every answer is its connection's last once it is being closed. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer((request, response) => {
    if (!server.listening) response.shouldKeepAlive = false;
    listener(request, response);
  });
  // An upload may take days, so a request as a whole has no limit here.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 72_000;
  server.setTimeout(idleSocketMs);
  return server;
}

/**
 * Makes closing the application end by itself. Node closes the connections that are idle as the close begins; one
 * that was answered a moment later would stay for as long as its client likes.
 */
export function drainConnections(app: HttpApp): void {
  app.addHook('preClose', async () => {
    const timer = setInterval(() => { app.server.closeIdleConnections(); }, idleCheckMs);
    timer.unref();
    app.server.once('close', () => { clearInterval(timer); });
  });
}

/** Ends connections on which a body arrives too slowly, whether or not somebody still waits for it. */
export function limitBodies(app: HttpApp, limitMs = bodyMs): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    if (!hasBody || routeOptions.config.longBody) return;
    const timer = setTimeout(() => { raw.destroy(); }, limitMs);
    timer.unref();
    raw.once('close', () => { clearTimeout(timer); });
  });
}
