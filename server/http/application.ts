import { atOnce } from './hooks.ts';
import { RequestLogger } from './request-logger.ts';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController, type FastifyRequest } from 'fastify';
import { enforceAccess } from './access.ts';
import type { AcceptsHost } from './addressee.ts';
import { hasKeptAnswer } from './kept-answers.ts';
import { Replays, useReplays } from './replays.ts';
import { describeRoutes } from './describe.ts';
import type { HttpApp } from './http-app.ts';
import { MethodOverride } from './method-override.ts';
import { answerError, answerWithProblems } from './problems.ts';
import { createHttpServer, drainConnections, limitBodies } from './server.ts';
import { securityHeaders, type SecurityHeadersOptions } from './security-headers.ts';
import { noticeProxies } from './callers/forwarding.ts';
import { refuseOtherHosts } from './callers/hosts.ts';
import { enforceNotForKids } from './callers/kids.ts';
import { enforceLimits } from './callers/limits.ts';
import { guardCookies } from './callers/own-pages.ts';
import { enforceStepUp } from './callers/step-up.ts';
import { verifyWebhooks } from './callers/webhooks.ts';
import { systemClock, type Clock } from '../kit/clock.ts';
import { enforceIdempotency } from './writes/idempotency.ts';
import { callerIdOf, changesBy, requireAuditEvents } from './writes/audit.ts';
import { newId } from '../kit/ids.ts';
import { Notices } from '../kit/notices.ts';
import { belowPublicPath } from '../kit/public-address.ts';
import { withoutToken, type Logger } from '../kit/logger.ts';

export type { HttpApp } from './http-app.ts';

/** How the HTTP application is set up. */
export interface HttpAppOptions extends SecurityHeadersOptions {
  readonly logger: Logger;
  /** Believe the nearest proxy's X-Forwarded-* headers (one hop: what a client wrote further left is not believed). */
  readonly trustProxy: boolean;
  /** Where browsers reach us, when that is known. */
  readonly publicUrl?: string;
  /** Paths in front of ours that proxies may pass on to us, without a slash at the end (`publicPath`): they are taken off first. */
  readonly publicPaths?: readonly string[];
  /** Whether requests for a host are for us; default: whatever they are for. */
  readonly acceptsHost?: AcceptsHost;
  /** What operators are to be told; default: the log alone. */
  readonly notices?: Notices;
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
 * Who sent a request, and what it changed. Who just signed in is known by what was recorded of it. What failed was
 * taken back, so it changed nothing.
 */
function whoDidWhat(request: FastifyRequest, status: number) {
  const changed = status < 400 ? changesBy(request) : [];
  const by = callerIdOf(request) ?? changed.find(({ actor }) => actor !== null)?.actor;
  return {
    ...(by ? { by } : {}),
    ...(changed.length === 0 ? {} : { changed: changed.map(({ event, subject }) => ({ event, subject })) }),
  };
}

/**
 * An application that listens nowhere yet: `listen` or `inject` it. Errors leave as problem+json, request ids are
 * `request_…` and answered in `request-id`, every route must declare its access (see `access.ts`).
 */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { bypass, logger, clock = systemClock, publicPaths = [] } = options;
  const headers = securityHeaders(options);
  const methodOverride = new MethodOverride();
  const replays = new Replays();
  const app: HttpApp = fastify<Server>({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: options.bodyLimit ?? 256 * 1024,
    requestIdHeader: false,
    genReqId: () => newId('request'),
    childLoggerFactory: (parent, bindings, given) => new RequestLogger(parent, bindings, given),
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
    // The framework would answer without our headers; there is nothing that it has to spare us while we close.
    return503OnClosing: false,
    serverFactory: (handler) =>
      createHttpServer(
        (request, response) => {
          request.url = belowPublicPath(request.url ?? '/', publicPaths);
          methodOverride.apply(request);
          if (!bypass?.(request, response) && !replays.answer(request, response)) handler(request, response);
        },
        { logger, headers, restMs: options.bodyTimeoutMs },
      ),
    // The server above answers what cannot be read; two answers would be one too many.
    clientErrorHandler: () => undefined,
    // Errors that come before any route is found, and so before any hook.
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ ...headers, 'request-id': request.id });
      void answerError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  useReplays(app, replays);
  replays.onReplay(({ request: { method, url = '' }, requestId, status, milliseconds }) => {
    if (!logger.isLevelEnabled('debug')) return;
    const path = withoutToken(url.split('?', 1)[0] as string);
    logger.debug({ request: requestId, method, path, status, milliseconds: Math.round(milliseconds) }, 'request');
  });
  // Only JSON bodies: a form on somebody else's page can send text/plain without a preflight.
  app.removeContentTypeParser('text/plain');
  answerWithProblems(app);
  drainConnections(app);
  limitBodies(app, options.bodyTimeoutMs);
  app.addHook(
    'onRequest',
    atOnce((request, reply) => {
      void reply.headers(headers).header('request-id', request.id);
    }),
  );
  app.addHook(
    'onResponse',
    atOnce((request, reply) => {
      const level = hasKeptAnswer(request) ? 'debug' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      request.log[level](
        {
          method: request.method,
          path: withoutToken(request.url.split('?', 1)[0] as string),
          status: reply.statusCode,
          milliseconds: Math.round(reply.elapsedTime),
          address: request.ip,
          ...whoDidWhat(request, reply.statusCode),
        },
        'request',
      );
    }),
  );
  // After the headers above, which refusals have as well.
  noticeProxies(app, options.trustProxy, options.notices ?? new Notices({ logger, clock }));
  refuseOtherHosts(app, options.acceptsHost);
  methodOverride.register(app);
  guardCookies(app, options.publicUrl);
  enforceAccess(app);
  enforceLimits(app);
  enforceNotForKids(app);
  enforceStepUp(app, clock);
  verifyWebhooks(app);
  requireAuditEvents(app);
  enforceIdempotency(app);
  describeRoutes(app);
  return app;
}
