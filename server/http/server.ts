import { atOnce } from './hooks.ts';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { namesItsServer } from './addressee.ts';
import type { HttpApp } from './http-app.ts';
import { problemMessage, rawProblem, type Headers } from './problems.ts';
import { newId } from '../kit/ids.ts';
import type { Logger } from '../kit/logger.ts';
import type { SharedProblemCode } from '../kit/problems.ts';

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

export interface HttpServerOptions {
  readonly logger: Logger;
  /** Headers of the answers that it gives itself. */
  readonly headers: Headers;
  /** How long the rest of a body may take that was answered before all of it was there, in milliseconds. */
  readonly restMs?: number | undefined;
}

/** What Node could not parse, by its code; everything else is an invalid request. */
const unreadable: Readonly<Record<string, SharedProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
};

/**
 * A server whose every answer is its connection's last once it is being closed. What cannot be read, or does not say
 * clearly whom it is for, is refused here, before anybody reads it in a way of their own.
 */
export function createHttpServer(listener: RequestListener, options: HttpServerOptions): Server {
  const { logger, headers, restMs = bodyMs } = options;
  const refuse = (response: ServerResponse, code: SharedProblemCode): void => {
    const requestId = newId('request');
    logger.info({ request: requestId, code }, 'request refused');
    const message = problemMessage(code, requestId, headers);
    response.writeHead(message.status, message.headers).end(message.body);
  };
  // Node's own refusal of a request without `Host` would have none of our headers.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    if (!server.listening) response.shouldKeepAlive = false;
    response.once('finish', () => {
      if (!request.complete) endSoon(request, restMs);
    });
    if (namesItsServer(request)) listener(request, response);
    else refuse(response, 'invalid_request');
  });
  server.on('checkExpectation', (_request, response) => {
    refuse(response, 'expectation_failed');
  });
  // Node would close the connection without a word, and nobody else listens to what comes of it.
  server.on('connect', (_request, socket) => {
    const requestId = newId('request');
    logger.info({ request: requestId, code: 'method_not_allowed' }, 'request refused');
    socket.on('error', () => undefined);
    socket.end(rawProblem('method_not_allowed', requestId, headers));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const requestId = newId('request');
    // Not the error itself: it carries what was sent, tokens included.
    logger.debug({ request: requestId, code: error.code, reason: error.message }, 'unreadable request');
    if (socket.writable) socket.end(rawProblem(unreadable[error.code ?? ''] ?? 'invalid_request', requestId, headers));
    else socket.destroy();
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
  app.addHook(
    'onRequest',
    atOnce(({ raw, routeOptions }) => {
      const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
      if (!hasBody || routeOptions.config.longBody) return;
      endSoon(raw, limitMs);
    }),
  );
}
