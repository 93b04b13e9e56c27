import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { Problem, SharedProblemCode } from '../../server/kit/problems.ts';
import { problemBody } from '../../server/http/problems.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { PlaybackClaims } from '../../server/assets/playback-token.ts';
import type { OriginMetrics, RequestKind } from '../metrics.ts';
import { originProblems } from '../problems.ts';
import type { ActivityReporter } from '../sessions/activity.ts';
import type { CorsPolicy, Headers } from './cors.ts';

const ofStore = [originProblems.store_busy, originProblems.store_timeout];

export interface ExchangeContext {
  readonly cors: CorsPolicy;
  readonly metrics: OriginMetrics;
  readonly activity: ActivityReporter;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One request and its answer: the headers that every answer has, and the counting that every answer needs. Segments
 * and manifests decide what is sent, this sends it.
 */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  kind: RequestKind = 'other';
  /** Set once the request is authorised. */
  claims: PlaybackClaims | undefined;
  readonly #context: ExchangeContext;

  constructor(request: IncomingMessage, response: ServerResponse, context: ExchangeContext) {
    this.request = request;
    this.response = response;
    this.#context = context;
  }

  get isHead(): boolean {
    return this.request.method === 'HEAD';
  }

  /** Whether the client is gone, so that nothing need be sent. */
  get isOver(): boolean {
    return this.response.destroyed;
  }

  /** Sends the head, and of a GET the body, in one write. */
  send(status: number, headers: Headers, body?: Buffer): void {
    if (this.isOver) return;
    const withBody = body !== undefined && !this.isHead;
    this.begin(status, body === undefined ? headers : { ...headers, 'Content-Length': body.length });
    if (withBody) this.countBytes(body.length);
    this.response.end(withBody ? body : undefined);
  }

  /** Sends the head only: the body follows by `response.write`, counted by `countBytes`. */
  begin(status: number, headers: Headers): void {
    this.#context.metrics.request(this.kind, status, 0);
    if (this.claims) this.#context.activity.record(this.claims.sessionId, 0, this.#context.clock.now());
    const cors = this.#context.cors;
    // Pages show pictures and do not read them, so one answer is for all.
    const isForAll = this.kind === 'picture';
    const vary =
      cors.varies && !isForAll
        ? { Vary: headers['Vary'] === undefined ? 'Origin' : `${headers['Vary']}, Origin` }
        : undefined;
    this.response.writeHead(status, {
      ...(isForAll ? cors.always : cors.headersFor(this.request.headers)),
      ...headers,
      ...vary,
    });
  }

  countBytes(bytes: number): void {
    this.#context.metrics.bytes(this.kind, bytes);
    if (this.claims) this.#context.activity.record(this.claims.sessionId, bytes, this.#context.clock.now());
  }

  /** Answers with a problem (RFC 9457): no details beyond the problem's title. Not cached unless `headers` say so. */
  problem(problem: SharedProblemCode | Problem, headers: Headers = {}, requestId = newId('request')): void {
    const error = new ProblemError(problem);
    const body = Buffer.from(JSON.stringify(problemBody(error, requestId)));
    this.send(
      error.status,
      {
        'Content-Type': 'application/problem+json; charset=utf-8',
        'Cache-Control': 'no-store',
        'Request-Id': requestId,
        ...headers,
      },
      body,
    );
  }

  /** The answer to a preflight: which methods and headers a page's player may use. */
  preflight(): void {
    this.kind = 'preflight';
    this.send(204, { ...this.#context.cors.preflightFor(this.request.headers), Allow: 'GET, HEAD, OPTIONS' });
  }

  /**
   * Storage, or we, failed. The client learns that it may try again; the log learns why. Paths are not logged, keys
   * are: a path has the token in it. What was refused because too much is going on is counted, not logged: a flood of
   * lines would make it worse.
   */
  fail(thrown: unknown, key: string): void {
    const requestId = newId('request');
    const error = toError(thrown);
    const declared = error instanceof ProblemError && ofStore.find(({ code }) => code === error.code);
    this.#context.logger[declared === originProblems.store_busy ? 'debug' : 'error'](
      { err: error, key, request: requestId, session: this.claims?.sessionId },
      'could not be served',
    );
    if (this.response.headersSent) this.response.destroy();
    else this.problem(declared || 'not_ready', { 'Retry-After': declared ? 2 : 1 }, requestId);
  }
}
