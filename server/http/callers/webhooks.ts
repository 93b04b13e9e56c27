import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import { ProblemError } from '../../kit/errors.ts';
import type { HttpApp } from '../http-app.ts';

/** How calls of another service prove where they come from: by a signature over the very bytes of the body. */
export interface Webhook {
  /** Whether the signature in the headers is right for these bytes, and recent. */
  readonly verify: (body: Buffer, headers: IncomingHttpHeaders) => boolean | Promise<boolean>;
  /** Largest body, in bytes; default 256 KiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 256 * 1024;
const bodies = new WeakMap<object, Buffer>();

/** The very bytes of a webhook's body, which were verified. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  const body = bodies.get(request);
  if (!body) throw new Error(`${request.method} ${request.routeOptions.url} is no webhook`);
  return body;
}

/** @throws ProblemError payload_too_large */
async function readBounded(stream: AsyncIterable<Buffer | string>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes)
      throw new ProblemError('payload_too_large', `The body has more than ${maxBytes} bytes.`, {
        extras: { maxBytes },
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * Verifies the bytes of webhooks before anything parses them. Must be called before the first route is added.
 * @throws Error when a route is not one that can have a body
 */
export function verifyWebhooks(app: HttpApp): void {
  app.addHook('onRoute', (route) => {
    const { method, url, config } = route;
    const access = config?.access;
    if (typeof access !== 'object' || !('webhook' in access)) return;
    if (method !== 'POST') throw new Error(`${String(method)} ${url} is a webhook, which is always a POST`);
    // The parser's own limit, which is another one, comes after.
    route.bodyLimit = access.webhook.maxBytes ?? defaultMaxBytes;
    route.preParsing = verifyBody(access.webhook);
  });
}

function verifyBody(webhook: Webhook): preParsingAsyncHookHandler {
  return async (request, _reply, payload) => {
    const { verify, maxBytes = defaultMaxBytes } = webhook;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes)
      throw new ProblemError('payload_too_large', `The body has more than ${maxBytes} bytes.`, {
        extras: { maxBytes },
      });
    const body = await readBounded(payload as AsyncIterable<Buffer>, maxBytes);
    if (!(await verify(body, request.headers))) throw new ProblemError('invalid_signature');
    bodies.set(request, body);
    return Object.assign(Readable.from(body.length === 0 ? [] : [body]), { receivedEncodedLength: body.length });
  };
}
