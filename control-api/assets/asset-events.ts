import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventBus } from '../../server/events/port.ts';
import { identityOf, isStillAllowed } from '../../server/http/access.ts';
import { watchRights } from '../../server/http/callers/rights.ts';
import { ProblemError, toError } from '../../server/kit/errors.ts';
import type { ScopedWho } from '../title-scope.ts';

/** Streams of one account at the same time: a few dashboards, not a way to use up the server. */
const streamsPerAccount = 20;
/** Changes within this time are told together, in milliseconds; a busy encoder reports many times a second. */
const gatherMs = 250;
/** A client that is this far behind is dropped, in bytes: it asks again when it reconnects. */
const maxBehindBytes = 64 * 1024;

export interface AssetEventStreamsOptions {
  readonly events: Pick<EventBus, 'subscribe'>;
  /** Those of these assets that are there for somebody now. */
  readonly visible: (who: ScopedWho, assetIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Milliseconds between signs of life; default 15 s. */
  readonly heartbeatMs?: number;
}

type Change = 'asset.changed' | 'asset.deleted';

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) about assets. */
export class AssetEventStreams {
  readonly #options: AssetEventStreamsOptions;
  readonly #open = new Map<Readable, { readonly accountId: string; end(): void }>();

  constructor(options: AssetEventStreamsOptions) {
    this.#options = options;
  }

  /** @throws ProblemError too_many_requests */
  open(request: FastifyRequest, reply: FastifyReply, accountId: string): FastifyReply {
    const { events, visible, heartbeatMs = 15_000 } = this.#options;
    if ([...this.#open.values()].filter((other) => other.accountId === accountId).length >= streamsPerAccount) {
      throw new ProblemError('too_many_requests', `This account listens ${streamsPerAccount} times already.`, {
        extras: { active: streamsPerAccount },
      });
    }
    const stream = new Readable({ read: () => undefined });
    // By asset: the last thing that happened to it says all.
    const pending = new Map<string, Change>();
    let gathering: NodeJS.Timeout | undefined;

    const end = () => {
      if (!stream.readableEnded && !stream.destroyed) stream.push(null);
      stop();
    };
    const deliver = async (lines: () => Promise<string>) => {
      if (!(await isStillAllowed(request))) return end();
      const text = await lines();
      if (!this.#open.has(stream)) return;
      if (stream.readableLength > maxBehindBytes) {
        stop();
        stream.destroy();
      } else if (text !== '') stream.push(text);
    };
    const tell = (lines: () => Promise<string>) => {
      deliver(lines).catch((error: unknown) => {
        request.log.error({ err: toError(error) }, 'event stream ended');
        end();
      });
    };
    const flush = () => {
      gathering = undefined;
      tell(async () => {
        const changes = [...pending];
        pending.clear();
        const seen = await visible(
          identityOf(request),
          changes.map(([assetId]) => assetId),
        );
        return changes
          .filter(([assetId]) => seen.has(assetId))
          .map(([assetId, name]) => `event: ${name}\ndata: ${JSON.stringify({ assetId })}\n\n`)
          .join('');
      });
    };
    const listen = (name: Change) =>
      events.subscribe(name, ({ assetId }) => {
        pending.set(assetId, name);
        gathering ??= setTimeout(flush, gatherMs);
      });
    const unsubscribe = [
      listen('asset.changed'),
      listen('asset.deleted'),
      watchRights(events, { accountId, isStillAllowed: () => isStillAllowed(request), end }),
    ];
    const heartbeat = setInterval(() => {
      tell(async () => ': alive\n\n');
    }, heartbeatMs);
    const stop = () => {
      clearTimeout(gathering);
      clearInterval(heartbeat);
      for (const cancel of unsubscribe) cancel();
      this.#open.delete(stream);
    };
    stream.once('close', stop);
    this.#open.set(stream, { accountId, end });
    // The first line makes the client see that it is connected before anything happens.
    stream.push('retry: 2000\n: connected\n\n');
    return reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      .send(stream);
  }

  /** Ends all streams, so that the server can stop. */
  close(): void {
    for (const { end } of this.#open.values()) end();
  }
}
