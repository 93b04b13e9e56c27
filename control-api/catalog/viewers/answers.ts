import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../server/db/port.ts';
import { precondition } from '../../../server/http/conditional.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { readMoment, type CatalogueMoment } from '../release/generation.ts';
import type { Reader } from './reading.ts';

/** An answer, ready to be sent. */
interface Kept {
  readonly body: Buffer;
  readonly etag: string;
  readonly generation: number;
  /** Milliseconds since the epoch. */
  readonly goodUntil: number;
}

/** A request whose answer is to be kept. */
interface Asked extends Pick<Kept, 'generation' | 'goodUntil'> {
  readonly key: string;
}

/** How long a change made by another process may go unseen, when its event is lost: less than a second. */
const lookEveryMs = 800;
/** How far videos are is in no generation: whether one can be played is as old as this at most. */
const mostMs = 5000;
const mostBytes = 32 * 1024 * 1024;

export interface AnswersOptions {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Answers about released titles, kept as the bytes that were sent. They are good until the catalogue changes or a
 * title opens or closes anywhere; of that one look at the database, at most once in 0.8 s, tells a process.
 */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #kept = new LRUCache<string, Kept>({ maxSize: mostBytes, sizeCalculation: ({ body }) => body.length + 500 });
  readonly #asked = new WeakMap<FastifyRequest, Asked>();
  #moment: (CatalogueMoment & { readonly lookAgainAt: number }) | undefined;
  #looking: Promise<CatalogueMoment> | undefined;
  /** Changes that were heard of: what was read before one is not kept after it. */
  #changes = 0;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Something of the catalogue changed: it is looked at anew before the next answer. */
  changed(): void {
    this.#changes += 1;
    this.#moment = undefined;
    this.#looking = undefined;
  }

  /** Sends the answer that was kept for such a reader, or has it made. Routes with it have `keep` as `onSend`. */
  async answer<T>(request: FastifyRequest, reply: FastifyReply, reader: Reader, make: () => Promise<T>): Promise<T> {
    const { region = '', maturityLimit, languages, now } = reader;
    const key = `${request.url}\n${region} ${maturityLimit ?? ''} ${languages.join()}`;
    const { generation, nextEdge } = await this.#now(now);
    const kept = this.#kept.get(key);
    if (kept?.generation === generation && now < kept.goodUntil) {
      void reply.type('application/json; charset=utf-8');
      // As Fastify has it: an answer that was sent is told by returning the reply.
      return send(request, reply, kept) as T;
    }
    this.#asked.set(request, { key, generation, goodUntil: Math.min(nextEdge, now + mostMs) });
    return make();
  }

  /** Keeps what is sent. */
  readonly keep = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const asked = this.#asked.get(request);
    if (!asked || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const body = Buffer.from(payload);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const { key, generation, goodUntil } = asked;
    this.#kept.set(key, { body, etag, generation, goodUntil });
    setHeaders(reply, etag);
    if (precondition(request.headers, etag) === undefined) return body;
    reply.code(304).removeHeader('content-length').removeHeader('content-type');
    return null;
  };

  async #now(now: number): Promise<CatalogueMoment> {
    if (this.#moment && now < this.#moment.lookAgainAt && now < this.#moment.nextEdge) return this.#moment;
    return (this.#looking ??= this.#look(now));
  }

  async #look(now: number): Promise<CatalogueMoment> {
    const changes = this.#changes;
    try {
      const moment = await readMoment(this.#options.db, now);
      if (changes === this.#changes) this.#moment = { ...moment, lookAgainAt: now + lookEveryMs };
      return moment;
    } finally {
      if (changes === this.#changes) this.#looking = undefined;
    }
  }
}

function setHeaders(reply: FastifyReply, etag: string): void {
  // By region, profile and language: kept by the app that asked, which asks again whether it is still so.
  void reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'accept-language');
}

function send(request: FastifyRequest, reply: FastifyReply, { body, etag }: Kept): FastifyReply {
  setHeaders(reply, etag);
  return precondition(request.headers, etag) === undefined ? reply.send(body) : reply.code(304).send();
}
