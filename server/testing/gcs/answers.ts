import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldObject } from './bucket.ts';
import type { Disturbance } from './disturbances.ts';
import { ApiFailure, XmlFailure } from './failures.ts';

/** The resource that describes an object: https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function toResource(bucket: string, held: HeldObject): object {
  const { name, generation, metageneration, content, crc32c, md5, components, described } = held;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    ...described,
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(content.length),
    storageClass: 'STANDARD',
    crc32c,
    ...(md5 !== undefined && { md5Hash: md5 }),
    ...(components !== undefined && { componentCount: components }),
    etag: etagOf(held),
    timeCreated: held.createdAt.toISOString(),
    updated: held.updatedAt.toISOString(),
  };
}

function etagOf({ generation, metageneration }: HeldObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

export function sendObject(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'content-length': bytes.length });
  response.end(bytes);
}

/** Answers with what went wrong, in the form of the API that was asked. */
export function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof XmlFailure) {
    response.writeHead(error.status, { 'content-type': 'application/xml; charset=UTF-8' }).end(error.toXml());
    return;
  }
  const failure = error instanceof ApiFailure ? error : new ApiFailure(500, 'backendError', String(error));
  if (failure.status === 304) response.writeHead(304).end();
  else sendObject(response, failure.status, failure.toJson());
}

/** Bytes `first`..`end - 1` that a Range header asks for; undefined when it is none, and 'unsatisfiable'. RFC 9110, 14.1.2 */
function readRange(
  header: string | undefined,
  size: number,
): { first: number; end: number } | undefined | 'unsatisfiable' {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!found || (found[1] === '' && found[2] === '')) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, end: size };
  }
  if (to !== '' && Number(to) < Number(from)) return undefined;
  if (Number(from) >= size) return 'unsatisfiable';
  return { first: Number(from), end: to === '' ? size : Math.min(size, Number(to) + 1) };
}

/** Sends the bytes of an object, or the part of them that is asked for. */
export function sendMedia(
  request: IncomingMessage,
  response: ServerResponse,
  held: HeldObject,
  disturbance: Disturbance | undefined,
): void {
  const { content, crc32c, md5, described } = held;
  const range = readRange(request.headers.range, content.length);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${content.length}`, 'content-type': 'text/html' });
    response.end('Requested range not satisfiable');
    return;
  }
  const { first, end } = range ?? { first: 0, end: content.length };
  const body = Buffer.from(content.subarray(first, end));
  if (disturbance?.kind === 'flipBit' && body.length > 0) body[0] = (body[0] ?? 0) ^ 1;
  response.writeHead(range ? 206 : 200, {
    'content-type': described.contentType ?? 'application/octet-stream',
    'content-length': body.length,
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${first}-${end - 1}/${content.length}` }),
    etag: etagOf(held),
    'last-modified': held.updatedAt.toUTCString(),
    'x-goog-generation': String(held.generation),
    'x-goog-metageneration': String(held.metageneration),
    'x-goog-stored-content-length': content.length,
    'x-goog-stored-content-encoding': 'identity',
    // Of the whole object, also with a part of it.
    'x-goog-hash': [`crc32c=${crc32c}`, ...(md5 === undefined ? [] : [`md5=${md5}`])].join(','),
  });
  if (request.method === 'HEAD') response.end();
  else if (disturbance?.kind === 'cutAnswer')
    response.write(body.subarray(0, disturbance.afterBytes), () => response.destroy());
  else if (disturbance?.kind === 'loseAnswer') response.destroy();
  else response.end(body);
}
