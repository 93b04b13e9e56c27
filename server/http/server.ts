import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { HttpApp } from './http-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body may take days (an upload): only a connection on which nothing moves is ended. */
    longBody?: true;
  }
}

/** A socket on which nothing moves for this long is closed, in milliseconds. */
const idleSocketMs = 120_000;
/** How long other bodies, and what follows an answer, may take, in milliseconds: a byte now and then must not hold a socket. */
const bodyMs = 30_000;
/** How often a server that is being closed looks for connections that have become idle, in milliseconds. */
const idleCheckMs = 250;

/**
 * A server whose every answer is its connection's last once it is being closed.
 * @param restMs how long the rest of a body may take that was answered before all of it was there, in milliseconds
 */
export function createHttpServer(listener: RequestListener, restMs = bodyMs): Server {
  const server = createServer((request, response) => {
    if (!server.listening) response.shouldKeepAlive = false;
    response.once('finish', () => {
      if (!request.complete) endSoon(request, restMs);
    });
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
    const timer = setInterval(() => {
      app.server.closeIdleConnections();
    }, idleCheckMs);
    timer.unref();
    app.server.once('close', () => {
      clearInterval(timer);
    });
  });
}

/** Ends the connection unless all of the request arrives in time. */
function endSoon(request: IncomingMessage, limitMs: number): void {
  const timer = setTimeout(() => {
    request.destroy();
  }, limitMs);
  timer.unref();
  request.once('close', () => {
    clearTimeout(timer);
  });
}

/** Ends connections on which the body of a request that waits for it arrives too slowly. */
export function limitBodies(app: HttpApp, limitMs = bodyMs): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    if (!hasBody || routeOptions.config.longBody) return;
    endSoon(raw, limitMs);
  });
}
