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
/** Connections that those of a place have in use for one rendition on average; browsers have up to six to one host. */
const connectionsPerPlace = 4;
/** A single player and what it left open in the network that it came from. */
const fewestConnections = 8;
/** Renditions that one connection is remembered for; no version has as many. */
const maxUses = 64;
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
  /** When it was last used for each rendition. */
  readonly uses: Map<string, number>;
}

/** What is asked for. */
interface Wish {
  readonly sessionId: string;
  /** Folder of a rendition; empty for what stands above all of them. */
  readonly rendition: string;
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
 * (`User-Agent`), and four times as many connections that are open and were used for the same rendition within the last
 * ten seconds: many of one program at one place look alike otherwise. For the same rendition, because FFmpeg and what is
 * built on it open a connection or two for every rendition there is. Behind a proxy this says less, and it never refuses
 * a single viewer: the proxy's address is one, and its connections are few.
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
  admit(request: Pick<IncomingMessage, 'socket' | 'headers'>, wish: Wish, now: number): boolean {
    if (this.#options.perSession === 0) return true;
    const { socket, headers } = request;
    const agent = headers['user-agent'];
    const address =
      (this.#options.trustProxy ? nearest(headers['x-forwarded-for']) : undefined) ?? socket.remoteAddress;
    const link = this.#links.get(socket);
    if (link !== undefined && link.sessionId === wish.sessionId && link.agent === agent && link.address === address) {
      const seenAt = link.uses.get(wish.rendition);
      // One that was silent asks for a place again.
      if (seenAt !== undefined && now - seenAt < inUseMs) {
        link.uses.set(wish.rendition, now);
        link.client.seenAt = now;
        return true;
      }
    } else if (link !== undefined) {
      link.watchers.links.delete(link);
      this.#links.delete(socket);
    }
    return this.#admitAnew(socket, wish, agent, address, now);
  }

  #admitAnew(
    socket: Socket,
    { sessionId, rendition }: Wish,
    agent: string | undefined,
    address: string | undefined,
    now: number,
  ): boolean {
    const watchers = this.#watchersOf(sessionId);
    const { clients, links } = watchers;
    const place = areaOf(address ?? '');
    const key = `${place} ${agent ?? ''}`;
    for (const [each, { seenAt }] of clients) if (now - seenAt >= activeMs) clients.delete(each);
    const known = clients.get(key);
    let connections = 0;
    for (const { uses } of links) if (now - (uses.get(rendition) ?? -Infinity) < inUseMs) connections += 1;
    if ((!known && !this.#hasRoom(clients, place)) || connections >= this.#connections) {
      if (now - watchers.toldAt >= activeMs) {
        watchers.toldAt = now;
        this.#options.onRefused(sessionId);
      }
      return false;
    }
    const client: Client = known ?? { place, seenAt: now };
    client.seenAt = now;
    if (!known) clients.set(key, client);
    let link = this.#links.get(socket);
    if (link?.client !== client) {
      if (link) links.delete(link);
      link = { sessionId, watchers, client, address, agent, uses: new Map() };
      links.add(link);
      this.#links.set(socket, link);
      this.#forgetWhenClosed(socket);
    }
    use(link.uses, rendition, now);
    return true;
  }

  #forgetWhenClosed(socket: Socket): void {
    if (this.#watched.has(socket)) return;
    this.#watched.add(socket);
    socket.once('close', () => {
      const last = this.#links.get(socket);
      last?.watchers.links.delete(last);
    });
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

/** Notes that a connection was used for a rendition; what was used longest ago is forgotten when there are too many. */
function use(uses: Map<string, number>, rendition: string, now: number): void {
  for (const [each, seenAt] of uses) if (now - seenAt >= inUseMs || uses.size >= maxUses) uses.delete(each);
  uses.set(rendition, now);
}

/** What the nearest proxy wrote: what stands further left may be the client's own invention. */
function nearest(forwardedFor: string | readonly string[] | undefined): string | undefined {
  const list = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor?.join(',');
  return list?.slice(list.lastIndexOf(',') + 1).trim();
}
