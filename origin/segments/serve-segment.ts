import type { ServerResponse } from 'node:http';
import { ObjectNotFound } from '../../server/storage/port.ts';
import { precondition, rangeApplies } from '../../server/http/conditional.ts';
import type { Headers } from '../http/cors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { AwaitedSegments } from './awaited-segments.ts';
import { parseByteRange, type ByteRange } from './byte-range.ts';
import { WholeObject, type ObjectCache, type StreamedObject } from './object-cache.ts';
import type { ReadAhead } from './read-ahead.ts';
import { originProblems } from '../problems.ts';

export interface SegmentServer {
  readonly cache: ObjectCache;
  readonly store: Pick<StoreGuard, 'stream'>;
  readonly awaited: Pick<AwaitedSegments, 'published'>;
  readonly readAhead: Pick<ReadAhead, 'played'> | undefined;
}

/** A published segment never changes under its name, and its name dies with its version. */
const immutable = 'public, max-age=31536000, immutable';
/** Long enough to spare storage from a flood, short enough for a segment that is about to appear. */
export const notFoundCaching: Headers = { 'Cache-Control': 'public, max-age=1' };

/**
 * Answers a GET or HEAD for an object that does not change. What is in memory is answered before this returns.
 * @param stillGranted asked again and again while a long body is streamed
 */
export function serveSegment(
  server: SegmentServer,
  exchange: Exchange,
  key: string,
  contentType: string,
  stillGranted: () => boolean,
): void {
  const object = server.cache.peek(key);
  if (object) {
    answer(server, exchange, key, contentType, object, stillGranted);
    return;
  }
  loadOrAwait(server, exchange, key)
    .then((loaded) => {
      // While storage was read the session may have been ended.
      if (!stillGranted()) exchange.problem(originProblems.playback_denied);
      else if (!loaded) exchange.problem('not_found', notFoundCaching);
      else answer(server, exchange, key, contentType, loaded, stillGranted);
    })
    .catch((error: unknown) => {
      exchange.fail(error, key);
    });
}

/** What is not there may be about to come. */
async function loadOrAwait(
  { cache, awaited }: SegmentServer,
  exchange: Exchange,
  key: string,
): Promise<WholeObject | StreamedObject | undefined> {
  const loaded = await cache.load(key);
  if (loaded || exchange.isHead || !exchange.claims) return loaded;
  const isPublished = await awaited.published(key, exchange.claims.sessionId, () => exchange.isOver);
  return isPublished ? cache.load(key) : undefined;
}

function answer(
  server: SegmentServer,
  exchange: Exchange,
  key: string,
  contentType: string,
  object: WholeObject | StreamedObject,
  stillGranted: () => boolean,
): void {
  if (exchange.isOver) return;
  if (exchange.claims && !exchange.isHead) server.readAhead?.played(exchange.claims.sessionId, key);
  const { headers } = exchange.request;
  const caching: Headers = { ETag: object.etag, 'Cache-Control': immutable, 'Accept-Ranges': 'bytes' };
  const condition = precondition(headers, object.etag);
  if (condition === 304) return exchange.send(304, caching);
  if (condition === 412) return exchange.problem('precondition_failed');

  // Range is defined for GET only (RFC 9110 §14.2).
  const range =
    exchange.isHead || !rangeApplies(headers, object.etag) ? undefined : parseByteRange(headers.range, object.bytes);
  if (range === 'unsatisfiable')
    return exchange.problem('range_not_satisfiable', { 'Content-Range': `bytes */${object.bytes}` });
  const status = range ? 206 : 200;
  const entity: Headers = { ...caching, 'Content-Type': contentType };
  if (range) entity['Content-Range'] = `bytes ${range.start}-${range.end}/${object.bytes}`;

  if (object instanceof WholeObject) {
    exchange.response.once('close', server.cache.borrow(object));
    exchange.send(status, entity, range ? object.body.subarray(range.start, range.end + 1) : object.body);
    return undefined;
  }
  entity['Content-Length'] = range ? range.end - range.start + 1 : object.bytes;
  if (exchange.isHead) return exchange.send(status, entity);
  streamBody(server, exchange, key, status, entity, range, stillGranted).catch((error: unknown) => {
    if (error instanceof ObjectNotFound && !exchange.response.headersSent)
      exchange.problem('not_found', notFoundCaching);
    else exchange.fail(error, key);
  });
  return undefined;
}

/** Copies from storage to the client, no faster than the client takes it. */
async function streamBody(
  server: SegmentServer,
  exchange: Exchange,
  key: string,
  status: number,
  headers: Headers,
  range: ByteRange | undefined,
  stillGranted: () => boolean,
): Promise<void> {
  const { response } = exchange;
  const expected = headers['Content-Length'] as number;
  const source = server.store.stream(key, range);
  const abandon = (): void => {
    source.destroy();
  };
  response.once('close', abandon);
  let sent = 0;
  try {
    for await (const chunk of source) {
      // The head waits for the first bytes, so that an object that cannot be read is an error and not a cut answer.
      if (!response.headersSent) exchange.begin(status, headers);
      if (exchange.isOver) return;
      if (!stillGranted()) {
        response.destroy();
        return;
      }
      sent += chunk.length;
      if (sent > expected) break;
      exchange.countBytes(chunk.length);
      if (!response.write(chunk)) await drained(response);
    }
    if (sent !== expected) throw new Error(`${key} has ${sent} bytes or more where ${expected} were announced`);
    if (!response.headersSent) exchange.begin(status, headers);
    response.end();
  } catch (error) {
    if (!exchange.isOver) throw error;
  } finally {
    response.off('close', abandon);
    source.destroy();
  }
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    return undefined;
  });
}
