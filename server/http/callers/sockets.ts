import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../kit/clock.ts';
import { ProblemError } from '../../kit/errors.ts';
import { isAllowed, type Permission } from '../../kit/permissions.ts';
import type { Keyring } from '../../keys/port.ts';
import type { Limits } from '../../limits/port.ts';
import type { Identity } from '../access.ts';
import { isFromOwnPage } from './own-pages.ts';

/** How long a ticket may wait for its socket, in seconds. */
const ticketSeconds = 30;

/** Whom a ticket is for. */
type TicketHolder = Pick<Identity, 'accountId' | 'familyId'>;

interface TicketClaims extends TicketHolder {
  /** Where the socket may be opened. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly nonce: string;
}

/** A socket that may be opened. */
export interface AdmittedSocket extends TicketHolder {
  /** Asks anew: to be called when rights change, and now and then. */
  isStillAllowed(): Promise<boolean>;
}

export interface SocketDoorOptions {
  /** Where the sockets are opened. */
  readonly path: string;
  /** What their callers must be allowed. */
  readonly may: Permission;
  readonly keyring: Keyring;
  readonly limits: Pick<Limits, 'counter'>;
  readonly clock: Clock;
  /** Host of our own pages, with the port; default: the host that the request names. */
  readonly host?: string;
  /** The role of an account whose sign-in is still good; undefined when it is not. */
  roleOf(holder: TicketHolder): Promise<Pick<Identity, 'role'> | undefined>;
}

/**
 * Lets WebSockets in. A browser can open one to any site, sends cookies along and no headers of ours; so cookies count
 * for nothing here: a page first gets a ticket over a route that knows who asks, good for one socket within seconds,
 * and the upgrade must name our own origin, which browsers always send. Tickets travel in the URL, which is why they
 * are worth nothing once used.
 */
export class SocketDoor {
  readonly #options: SocketDoorOptions;

  constructor(options: SocketDoorOptions) {
    this.#options = options;
  }

  /** A ticket for one socket of this caller: `<claims>.<kid>.<signature>`. */
  issue({ accountId, familyId }: TicketHolder): string {
    const { path, clock, keyring } = this.#options;
    const claims: TicketClaims = {
      accountId,
      familyId,
      path,
      expiresAt: clock.now() + ticketSeconds * 1000,
      nonce: randomBytes(16).toString('base64url'),
    };
    const { kid, secret } = keyring.current;
    const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${text}.${kid}.${sign(text, secret).toString('base64url')}`;
  }

  /**
   * Judges the upgrade of a request whose URL has `?ticket=`.
   * @throws ProblemError forbidden (from another site, or without the right), unauthenticated (the ticket is no good)
   */
  async admit(request: Pick<IncomingMessage, 'url' | 'headers'>): Promise<AdmittedSocket> {
    const { host, limits } = this.#options;
    const { headers } = request;
    if (
      headers.origin === undefined ||
      !isFromOwnPage({ origin: headers.origin }, { host: host ?? headers.host ?? '' })
    )
      throw new ProblemError('forbidden', 'Sockets are opened by our own pages only.');
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const claims = url && this.#verify(url.searchParams.get('ticket') ?? '', url.pathname);
    const uses = limits.counter('socket-ticket', { points: 1, seconds: ticketSeconds * 2 });
    if (!claims || !(await uses.consume(claims.nonce)).allowed)
      throw new ProblemError('unauthenticated', 'The ticket was used, has expired, or is none.');
    const { accountId, familyId } = claims;
    const isStillAllowed = () => this.#isAllowed({ accountId, familyId });
    if (!(await isStillAllowed())) throw new ProblemError('forbidden');
    return { accountId, familyId, isStillAllowed };
  }

  async #isAllowed(holder: TicketHolder): Promise<boolean> {
    const { roleOf, may } = this.#options;
    const found = await roleOf(holder);
    return found !== undefined && isAllowed(found.role, may);
  }

  #verify(ticket: string, pathname: string): TicketClaims | undefined {
    const { keyring, clock, path } = this.#options;
    const [text = '', kid = '', signature = '', ...rest] = ticket.length > 2048 ? [] : ticket.split('.');
    const key = keyring.find(kid);
    if (!key || rest.length > 0) return undefined;
    const [given, right] = [Buffer.from(signature, 'base64url'), sign(text, key.secret)];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as TicketClaims;
    return claims.path === path && pathname === path && claims.expiresAt > clock.now() ? claims : undefined;
  }
}

/** Signatures of tickets are no other token's: what is signed says what it is. */
function sign(text: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(`dramabox-socket-ticket:${text}`).digest();
}
