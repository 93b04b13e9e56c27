import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isForwarded } from './callers/forwarding.ts';
import { precondition } from './conditional.ts';
import type { HttpApp } from './http-app.ts';
import { newId } from '../kit/ids.ts';

/** An answer with 200 that was given, and may be given again. */
export interface KeptAnswer {
  readonly body: Buffer;
  /** Media type of the body. */
  readonly type: string;
  /** A strong entity tag, in quotes. */
  readonly etag: string;
  /** Whether it would be the same now. Asked for each request, so it must be cheap. */
  isGood(): boolean;
}

interface Replay {
  readonly answer: KeptAnswer;
  /** Pattern of the route that gave it. */
  readonly route: string;
  /** Names and values in turns, without `request-id`. */
  readonly headers: readonly string[];
  readonly headersUnchanged: readonly string[];
}

/** An answer that was given again. */
export interface Replayed {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly route: string;
  readonly status: 200 | 304;
  readonly milliseconds: number;
}

const mostBytes = 32 * 1024 * 1024;
/** What a longer one may say is not worth keeping. */
const longestKey = 2000;

/** With one of these a request says who sends it, brings a body, or wants something else than the whole answer. */
const special = [
  'authorization',
  'content-length',
  'cookie',
  'expect',
  'if-match',
  'origin',
  'range',
  'transfer-encoding',
  'upgrade',
  'x-http-method-override',
] as const;

/**
 * Headers on which no answer of ours depends. Every other one is part of what an answer is kept by, known or not: a
 * header that is missing here costs a little, one too many would give somebody the answer of another one.
 */
const saysNothing = new Set([
  'accept',
  'accept-encoding',
  'cache-control',
  'connection',
  'dnt',
  'if-none-match',
  'keep-alive',
  'pragma',
  'priority',
  'referer',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-gpc',
  'traceparent',
  'tracestate',
  'upgrade-insecure-requests',
  'user-agent',
  'via',
  // Whether a request was forwarded counts (`isForwarded`), for whom does not.
  'cf-connecting-ip',
  'forwarded',
  'true-client-ip',
  'x-forwarded-for',
  'x-real-ip',
]);

function keyOf(request: IncomingMessage): string | undefined {
  if (request.method !== 'GET') return undefined;
  const headers: IncomingHttpHeaders = request.headers;
  for (const name of special) if (headers[name] !== undefined) return undefined;
  let key = `${request.url} ${isForwarded({ headers })}`;
  for (const name in headers) if (!saysNothing.has(name)) key += `\n${name}: ${String(headers[name])}`;
  return key.length > longestKey ? undefined : key;
}

const ofApps = new WeakMap<HttpApp, Replays>();

/** Those of an application that `createHttpApp` made. */
export function replaysOf(app: HttpApp): Replays {
  const replays = ofApps.get(app);
  if (!replays) throw new Error('Only an application that createHttpApp made has replays');
  return replays;
}

/** Makes an application have them. */
export function useReplays(app: HttpApp, replays: Replays): void {
  ofApps.set(app, replays);
}

/**
 * Answers GET requests of those who are not signed in before the framework hears of them, where an earlier request that
 * said the same was answered by a route that keeps its answers. To route, to check and to log costs more than to send
 * what is in memory. All of that was done for the earlier request, and depends on nothing that the key leaves out.
 */
export class Replays {
  readonly #replays = new LRUCache<string, Replay>({
    maxSize: mostBytes,
    sizeCalculation: ({ answer }, key) => answer.body.length + key.length + 1000,
  });
  readonly #listeners: ((replayed: Replayed) => void)[] = [];

  /** Calls the listener with each answer that was given again. */
  onReplay(listener: (replayed: Replayed) => void): void {
    this.#listeners.push(listener);
  }

  /** Keeps the answer that a route is about to give: to be called in `onSend`, when all of its headers are set. */
  keep(request: FastifyRequest, reply: FastifyReply, answer: KeptAnswer): void {
    const key = keyOf(request.raw);
    if (key === undefined) return;
    const { 'request-id': _, 'content-type': __, 'content-length': ___, ...others } = reply.getHeaders();
    const headersUnchanged = Object.entries(others).flatMap(([name, value]) => [name, String(value)]);
    const ofBody = ['content-type', answer.type, 'content-length', String(answer.body.length)];
    this.#replays.set(key, {
      answer,
      route: request.routeOptions.url ?? 'unmatched',
      headers: [...headersUnchanged, ...ofBody],
      headersUnchanged,
    });
  }

  /** Answers the request, if it can. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const key = this.#replays.size === 0 ? undefined : keyOf(request);
    const found = key === undefined ? undefined : this.#replays.get(key);
    if (!found?.answer.isGood()) return false;
    const begun = performance.now();
    const status = precondition(request.headers, found.answer.etag) === 304 ? 304 : 200;
    const requestId = newId('request');
    response.writeHead(status, [...(status === 200 ? found.headers : found.headersUnchanged), 'request-id', requestId]);
    response.end(status === 200 ? found.answer.body : undefined);
    const milliseconds = performance.now() - begun;
    for (const listener of this.#listeners) listener({ request, requestId, route: found.route, status, milliseconds });
    return true;
  }
}
