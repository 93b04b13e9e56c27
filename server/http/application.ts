import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import fastifyHelmet from '@fastify/helmet';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController } from 'fastify';
import { enforceAccess } from './access.ts';
import { describeRoutes } from './describe.ts';
import type { HttpApp } from './http-app.ts';
import { answerWithProblems, rawProblem } from './problems.ts';
import { createHttpServer, drainConnections, limitBodies } from './server.ts';
import { enforceLimits } from './callers/limits.ts';
import { guardCookies } from './callers/own-pages.ts';
import { enforceStepUp } from './callers/step-up.ts';
import { verifyWebhooks } from './callers/webhooks.ts';
import { systemClock, type Clock } from '../kit/clock.ts';
import { enforceIdempotency } from './writes/idempotency.ts';
import { requireAuditEvents } from './writes/audit.ts';
import { newId } from '../kit/ids.ts';
import { withoutToken, type Logger } from '../kit/logger.ts';

export type { HttpApp } from './http-app.ts';

/** How the HTTP application is set up. */
export interface HttpAppOptions {
  readonly logger: Logger;
  /** Believe the nearest proxy's X-Forwarded-* headers (one hop: what a client wrote further left is not believed). */
  readonly trustProxy: boolean;
  /** Web origins besides our own from which pages may play media, e.g. the origin's public URL. */
  readonly mediaOrigins?: readonly string[];
  /** Whether browsers reach us by https only: then they are told to remember it. */
  readonly secure?: boolean;
  /** Where browsers reach us, when that is known. */
  readonly publicUrl?: string;
  /** Says how long ago callers proved who they are. */
  readonly clock?: Clock;
  /** Largest JSON body, in bytes. Uploads are streamed and not subject to it. */
  readonly bodyLimit?: number;
  /** How long such a body may take to arrive, in milliseconds; default 30 000. */
  readonly bodyTimeoutMs?: number;
  /** Asked first for every request on the raw server; true means that it answers and Fastify never hears of it. */
  readonly bypass?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/**
 * The content security policy of the web apps we serve. Styles: Mantine sets style attributes and injects a style
 * element. blob: media and workers are how hls.js and Shaka Player feed a video element.
 */
function contentSecurityPolicy(mediaOrigins: readonly string[]): Record<string, string[]> {
  const origins = [...new Set(mediaOrigins.filter(Boolean).map((url) => new URL(url).origin))];
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:', ...origins],
    'media-src': ["'self'", 'blob:', ...origins],
    'connect-src': ["'self'", ...origins],
    'worker-src': ["'self'", 'blob:'],
    'font-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
}

/**
 * An application that listens nowhere yet: `listen` or `inject` it. Errors leave as problem+json, request ids are
 * `request_…` and answered in `request-id`, every route must declare its access (see `access.ts`).
 */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { bypass } = options;
  const app: HttpApp = fastify<Server>({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: options.bodyLimit ?? 256 * 1024,
    requestIdHeader: false,
    genReqId: () => newId('request'),
    // RFC 9110 §9.3.2. A route whose answer does not end by itself says `exposeHeadRoute: false`.
    exposeHeadRoutes: true,
    schemaController: {
      compilersFactory: {
        // The type of this option knows Ajv only.
        buildValidator: (() => TypeBoxValidatorCompiler) as never,
        // Response schemas describe, and tests hold the answers to them. The default serializer is compiled from each
        // of them at start, which takes longer than everything else, and would hide a field too many.
        buildSerializer: () => () => (data) => JSON.stringify(data),
      },
    },
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    serverFactory: (handler) =>
      createHttpServer((request, response) => {
        if (!bypass?.(request, response)) handler(request, response);
      }, options.bodyTimeoutMs),
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || socket.destroyed) return;
      // Not the error itself: it carries what was sent, tokens included.
      options.logger.debug({ code: error.code, reason: error.message }, 'unreadable request');
      if (socket.writable) socket.end(rawProblem('invalid_request', newId('request')));
      else socket.destroy();
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  // Only JSON bodies: a form on somebody else's page can send text/plain without a preflight.
  app.removeContentTypeParser('text/plain');
  answerWithProblems(app);
  drainConnections(app);
  limitBodies(app, options.bodyTimeoutMs);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: withoutToken(request.url.split('?', 1)[0] as string),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy(options.mediaOrigins ?? []) },
    // Pages play media from another origin (a CDN) that need not send the headers isolation asks for.
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: options.secure ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  });
  // After the headers above, which refusals have as well.
  guardCookies(app, options.publicUrl);
  enforceAccess(app);
  enforceLimits(app);
  enforceStepUp(app, options.clock ?? systemClock);
  verifyWebhooks(app);
  requireAuditEvents(app);
  enforceIdempotency(app);
  describeRoutes(app);
  return app;
}
