import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { areaOf } from '../../server/http/callers/network.ts';

/** Who asked within this time is playing at the same time, in milliseconds. A player asks every few seconds. */
const activeMs = 30_000;
/** A connection that was used within this time is in use, in milliseconds; those of a place that was left soon are not. */
const inUseMs = 10_000;
/** Programs at a place on average: a telephone hands over to a television. */
const programsPerPlace = 2;
/** Connections that those of a place have in use on average; browsers have up to six to one host. */
const connectionsPerPlace = 4;
/** A single player and what it left open in the network that it came from. */
const fewestConnections = 8;
/** Sessions remembered by one process. One that is pushed out begins anew. */
const maxSessions = 50_000;

/** A program at a place: what looks like one player. */
interface Client {
  readonly place: string;
  seenAt: number;
}

/** A connection and whom it was last used for. */
interface Link {
  readonly sessionId: string;
  readonly watchers: Watchers;
  readonly client: Client;
  /** As the request had them, so that one look tells whether anything changed. */
  readonly address: string | undefined;
  readonly agent: string | undefined;
  seenAt: number;
}

/** Those who play one session. */
interface Watchers {
  readonly clients: Map<string, Client>;
  /** Of connections that are open. */
  readonly links: Set<Link>;
  /** When a refusal was last told, in milliseconds since the epoch. */
  toldAt: number;
}

export interface ClientLimitOptions {
  /** Places that one session is played at, at the same time; 0: any number. */
  readonly perSession: number;
  /** Whether the nearest proxy is believed about who asks. */
  readonly trustProxy: boolean;
  /** Told of a session when somebody is refused, at most once in half a minute. */
  readonly onRefused: (sessionId: string) => void;
  readonly maxSessions?: number;
}

/**
 * Bounds how many play one session at the same time: a link that was passed on, not a viewer who moves.
 *
 * A place is a network: a /24 of IPv4, a /64 of IPv6. Those that asked within the last 30 seconds are active. One more
 * than allowed is refused, and those before it go on; somebody who moves from Wi-Fi to mobile leaves the old place
 * behind, which is forgotten after those seconds. At all places together there may be twice as many programs
 * (`User-Agent`), and four times as many connections that are open and were used within the last ten seconds: many of
 * one program at one place look alike otherwise. Behind a proxy this says less, and it never refuses a single viewer:
 * the proxy's address is one, and its connections are few.
 *
 * A request on a connection that was used for the same before costs a look-up and a few comparisons.
 */
export class ClientLimit {
  readonly #options: ClientLimitOptions;
  readonly #connections: number;
  readonly #sessions: LRUCache<string, Watchers>;
  readonly #links = new WeakMap<Socket, Link>();
  /** Whose end is waited for. */
  readonly #watched = new WeakSet<Socket>();

  constructor(options: ClientLimitOptions) {
    this.#options = options;
    this.#connections = Math.max(fewestConnections, options.perSession * connectionsPerPlace);
    this.#sessions = new LRUCache({ max: options.maxSessions ?? maxSessions });
  }

  /**
   * Whether this request may be answered.
   * @param now milliseconds since the epoch
   */
  admit(request: Pick<IncomingMessage, 'socket' | 'headers'>, sessionId: string, now: number): boolean {
    if (this.#options.perSession === 0) return true;
    const { socket, headers } = request;
    const agent = headers['user-agent'];
    const address =
      (this.#options.trustProxy ? nearest(headers['x-forwarded-for']) : undefined) ?? socket.remoteAddress;
    const link = this.#links.get(socket);
    if (
      link !== undefined &&
      link.sessionId === sessionId &&
      link.agent === agent &&
      link.address === address &&
      // One that was silent asks for a place again.
      now - link.seenAt < inUseMs
    ) {
      link.seenAt = now;
      link.client.seenAt = now;
      return true;
    }
    return this.#admitAnew(socket, link, { sessionId, agent, address, now });
  }

  #admitAnew(
    socket: Socket,
    before: Link | undefined,
    { sessionId, agent, address, now }: Pick<Link, 'sessionId' | 'agent' | 'address'> & { readonly now: number },
  ): boolean {
    before?.watchers.links.delete(before);
    const watchers = this.#watchersOf(sessionId);
    const { clients, links } = watchers;
    const place = areaOf(address ?? '');
    const key = `${place} ${agent ?? ''}`;
    for (const [each, { seenAt }] of clients) if (now - seenAt >= activeMs) clients.delete(each);
    const known = clients.get(key);
    let connections = 0;
    for (const { seenAt } of links) if (now - seenAt < inUseMs) connections += 1;
    if ((!known && !this.#hasRoom(clients, place)) || connections >= this.#connections) {
      if (now - watchers.toldAt >= activeMs) {
        watchers.toldAt = now;
        this.#options.onRefused(sessionId);
      }
      this.#links.delete(socket);
      return false;
    }
    const client: Client = known ?? { place, seenAt: now };
    client.seenAt = now;
    if (!known) clients.set(key, client);
    const link: Link = { sessionId, watchers, client, address, agent, seenAt: now };
    links.add(link);
    if (!this.#watched.has(socket)) {
      this.#watched.add(socket);
      socket.once('close', () => {
        const last = this.#links.get(socket);
        last?.watchers.links.delete(last);
      });
    }
    this.#links.set(socket, link);
    return true;
  }

  /** Whether there may be another client at this place. */
  #hasRoom(clients: ReadonlyMap<string, Client>, place: string): boolean {
    const { perSession } = this.#options;
    if (clients.size >= perSession * programsPerPlace) return false;
    const places = new Set([...clients.values()].map((client) => client.place));
    return places.has(place) || places.size < perSession;
  }

  #watchersOf(sessionId: string): Watchers {
    const known = this.#sessions.get(sessionId);
    if (known) return known;
    const watchers: Watchers = { clients: new Map(), links: new Set(), toldAt: -Infinity };
    this.#sessions.set(sessionId, watchers);
    return watchers;
  }
}

/** What the nearest proxy wrote: what stands further left may be the client's own invention. */
function nearest(forwardedFor: string | readonly string[] | undefined): string | undefined {
  const list = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor?.join(',');
  return list?.slice(list.lastIndexOf(',') + 1).trim();
}
