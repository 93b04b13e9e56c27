import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Bucket, HeldObject, ObjectMetadata } from './bucket.ts';
import { ApiFailure, invalid, notFound } from './failures.ts';

/** Pieces that are not the last are kept in multiples of this, in bytes. */
const granularity = 256 * 1024;
const weekMs = 7 * 86_400_000;

interface Session {
  readonly bucket: Bucket;
  readonly name: string;
  readonly described: ObjectMetadata;
  /** Conditions of its beginning, which hold at its end. */
  readonly query: URLSearchParams;
  /** What the beginning announced, in bytes. */
  readonly announced: number | undefined;
  readonly beganAt: number;
  readonly pieces: Buffer[];
  bytes: number;
  state: 'open' | 'cancelled' | HeldObject;
}

/** What a request about a session is told: how much is kept, or the object that it became. */
export type Standing = { readonly kept: number } | { readonly finished: HeldObject };

// `bytes 0-99/200`, `bytes 0-99/*`, `bytes 0-*/*` (to the end of the body), or a question: `bytes */200`.
function readContentRange(text: string | undefined): { first?: number; last?: number; total?: number } {
  // Without the header the whole object comes in one piece.
  if (text === undefined) return { first: 0 };
  const found = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(text);
  if (!found) throw invalid('Failed to parse Content-Range header.');
  const [, first, last, total] = found;
  return {
    ...(first !== undefined && { first: Number(first) }),
    ...(last !== undefined && last !== '*' && { last: Number(last) }),
    ...(total !== '*' && { total: Number(total) }),
  };
}

/** `crc32c=...,md5=...` of the whole object, which may come with its last piece. */
function hashesOf(header: string | readonly string[] | undefined): ObjectMetadata {
  const text = String(header ?? '');
  const md5Hash = /(?:^|,)md5=([^,]+)/.exec(text)?.[1];
  const crc32c = /(?:^|,)crc32c=([^,]+)/.exec(text)?.[1];
  return { ...(md5Hash !== undefined && { md5Hash }), ...(crc32c !== undefined && { crc32c }) };
}

/**
 * Resumable uploads. What arrived of a piece whose connection breaks is kept, rounded down to 256 KiB; what is sent
 * again is passed over. https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many could still be continued. */
  get open(): number {
    return [...this.#sessions.values()].filter(({ state }) => state === 'open').length;
  }

  /** Returns the secret that stands for the session. Its conditions are looked at when it ends. */
  begin(session: Pick<Session, 'bucket' | 'name' | 'described' | 'query' | 'announced'>): string {
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, { ...session, beganAt: this.#now(), pieces: [], bytes: 0, state: 'open' });
    return id;
  }

  #get(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session) throw notFound('Upload not found.');
    if (session.state === 'cancelled') throw new ApiFailure(499, 'clientClosedRequest', 'The upload was cancelled.');
    if (session.state === 'open' && this.#now() - session.beganAt > weekMs)
      throw new ApiFailure(410, 'gone', 'The upload has expired.');
    return session;
  }

  cancel(id: string): void {
    const session = this.#get(id);
    session.state = 'cancelled';
    session.pieces.length = 0;
  }

  /** Takes what a request brings. @param mostBytes as if the connection broke after so many */
  async take(id: string, request: IncomingMessage, mostBytes = Infinity): Promise<Standing> {
    const session = this.#get(id);
    const range = readContentRange(request.headers['content-range']);
    const arrived: Buffer[] = [];
    let bytes = 0;
    let isBroken = false;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        const piece = chunk.subarray(0, Math.max(0, mostBytes - bytes));
        arrived.push(piece);
        bytes += piece.length;
        isBroken = bytes >= mostBytes;
        if (isBroken) break;
      }
    } catch {
      isBroken = true;
    }
    // What others did to the session meanwhile counts.
    const { state } = this.#get(id);
    if (typeof state === 'object') return { finished: state };
    const body = Buffer.concat(arrived);
    if (range.first === undefined) {
      if (body.length > 0) throw invalid('Client sent query request with a non-empty body.');
      return range.total === session.bytes ? this.#finish(session) : { kept: session.bytes };
    }
    const end = range.last === undefined ? range.first + body.length : range.last + 1;
    const total = range.last === undefined ? (range.total ?? end) : range.total;
    if (session.announced !== undefined && total !== undefined && total !== session.announced)
      throw invalid('The total size differs from X-Upload-Content-Length.');
    if (range.first > session.bytes)
      throw new ApiFailure(
        503,
        'backendError',
        `Invalid request. There are ${session.bytes} bytes, not ${range.first}.`,
      );
    if (!isBroken && range.first + body.length !== end) throw invalid('Content-Range does not fit the body.');
    const isLast = total !== undefined && end === total && !isBroken;
    if (!isLast && !isBroken && body.length < granularity)
      throw invalid(
        `Invalid request. The number of bytes uploaded is required to be equal or greater than ${granularity}, except for the final request (it's recommended to be the exact multiple of ${granularity}). The received request contained ${body.length} bytes, which does not meet this requirement.`,
      );
    const news = body.subarray(session.bytes - range.first);
    const kept = isLast ? news.length : news.length - ((session.bytes + news.length) % granularity);
    if (kept > 0) {
      session.pieces.push(news.subarray(0, kept));
      session.bytes += kept;
    }
    return isLast ? this.#finish(session, hashesOf(request.headers['x-goog-hash'])) : { kept: session.bytes };
  }

  #finish(session: Session, hashes: ObjectMetadata = {}): Standing {
    const { bucket, name, described, query, pieces } = session;
    const finished = bucket.write(name, Buffer.concat(pieces), { ...described, ...hashes }, query);
    session.state = finished;
    session.pieces.length = 0;
    return { finished };
  }
}
