import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../server/db/port.ts';
import { precondition } from '../../../server/http/conditional.ts';
import { noteKeptAnswer } from '../../../server/http/kept-answers.ts';
import type { Replays } from '../../../server/http/replays.ts';
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
const type = 'application/json; charset=utf-8';
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
  readonly #found = new WeakMap<FastifyRequest, Kept>();
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

  /**
   * Sends the answer that was kept for such a reader, or has it made. Routes with it have a `keeper` as `onSend`.
   */
  async answer<T>(request: FastifyRequest, reply: FastifyReply, reader: Reader, make: () => Promise<T>): Promise<T> {
    const { region = '', maturityLimit, languages, now } = reader;
    const key = `${request.url}\n${region} ${maturityLimit ?? ''} ${languages.join()}`;
    const { generation, nextEdge } = this.#present(now) ?? (await (this.#looking ??= this.#look(now)));
    const kept = this.#kept.get(key);
    if (kept?.generation === generation && now < kept.goodUntil) {
      noteKeptAnswer(request);
      this.#found.set(request, kept);
      // As Fastify has it: an answer that was sent is told by returning the reply.
      return reply.type(type).send(kept.body) as T;
    }
    this.#asked.set(request, { key, generation, goodUntil: Math.min(nextEdge, now + mostMs) });
    return make();
  }

  /**
   * Keeps what is sent, says how it may be asked for again, and answers those who have it already.
   * @param replays give it again, to those who say the same and have not signed in
   */
  keeper(replays: Replays) {
    return async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
      const kept = this.#found.get(request) ?? this.#keep(request, reply, payload);
      if (!kept) return payload;
      const { body, etag } = kept;
      // By region, profile and language: kept by the app that asked, which asks again whether it is still so.
      void reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'accept-language');
      replays.keep(request, reply, { body, type, etag, isGood: () => this.#isGood(kept) });
      if (precondition(request.headers, etag) !== 304) return body;
      reply.code(304).removeHeader('content-length').removeHeader('content-type');
      return null;
    };
  }

  #keep(request: FastifyRequest, reply: FastifyReply, payload: unknown): Kept | undefined {
    const asked = this.#asked.get(request);
    if (!asked || reply.statusCode !== 200 || typeof payload !== 'string') return undefined;
    const { key, generation, goodUntil } = asked;
    const body = Buffer.from(payload);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const kept: Kept = { body, etag, generation, goodUntil };
    this.#kept.set(key, kept);
    return kept;
  }

  #isGood({ generation, goodUntil }: Kept): boolean {
    const now = this.#options.clock.now();
    return now < goodUntil && this.#present(now)?.generation === generation;
  }

  /** What was seen last, as long as it counts. */
  #present(now: number): CatalogueMoment | undefined {
    return this.#moment && now < this.#moment.lookAgainAt && now < this.#moment.nextEdge ? this.#moment : undefined;
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
