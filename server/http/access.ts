import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../kit/errors.ts';
import { isAllowed, permissions, type Permission, type Role } from '../kit/permissions.ts';
import type { TitleScope } from '../kit/title-scope.ts';
import { atOnce } from './hooks.ts';
import type { HttpApp } from './http-app.ts';
import { mayBeEverybody } from './callers/forwarding.ts';
import { isScraper } from './callers/scrapers.ts';
import { authorizeService } from './callers/services.ts';
import type { Webhook } from './callers/webhooks.ts';
import type { Proof } from './proofs.ts';

/**
 * Who may call a route. Every route declares it in its `config`; the application does not start otherwise.
 *
 * - `public`: everybody, and nobody looks who it is.
 * - `optional`: everybody, and who is signed in is known (`optionalIdentityOf`). A token that is no good is refused: who
 *   reads as somebody must learn to refresh it, and not be shown what nobody sees.
 * - `entrance`: the same for ways to sign in, where a token that is no good counts as none: who comes back has an old one.
 * - `signed-in`: every account.
 * - `{ may }`: accounts whose role has this permission.
 * - `metrics`: scrapers that were let in (`callers/scrapers.ts`), and accounts that may `metrics.read`.
 * - `{ webhook }`: another service, which signs what it sends.
 * - `{ service }`: programs with an API key that has this scope.
 */
export type Access =
  | 'public'
  | 'optional'
  | 'entrance'
  | 'signed-in'
  | 'metrics'
  | { readonly may: Permission }
  | { readonly webhook: Webhook }
  | { readonly service: Permission };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * How a route about titles or assets asks which of them somebody works on (`Identity.scope`), where it does not ask
     * while it answers, which tests hold it to. `whole`: it is about the whole catalogue, and refused to those who work
     * on some titles; `none`: why there is nothing to ask.
     */
    scope?: 'whole' | { readonly none: string };
  }
}

/** Where a request came from. */
export interface CallerAddress {
  /** Network address of the caller. */
  readonly address: string;
  /** Whether it may be that of a proxy, and so of everybody (see `mayBeEverybody`). */
  readonly isSharedAddress: boolean;
}

/** Who is calling, as the control API found out for this very request. */
export interface Identity extends CallerAddress {
  readonly accountId: string;
  /** What counts for this sign-in: that of a viewer as long as `withheldRole` is withheld. */
  readonly role: Role;
  /** Which titles they work on, where they are staff. */
  readonly scope: TitleScope;
  /** The role of staff who have not shown a second factor in this sign-in, where staff must. */
  readonly withheldRole?: Role;
  /** The sign-in (family of refresh tokens) that the access token belongs to. */
  readonly familyId: string;
  /** When they last proved who they are, in milliseconds since the epoch; refreshing a token proves nothing. */
  readonly authenticatedAt: number;
  /** How they proved it, in this sign-in. */
  readonly proofs: readonly Proof[];
  /** How the token came: scripts of a page cannot make a browser send a header to another site, but a cookie they can. */
  readonly channel: 'bearer' | 'cookie';
}

/** Where a request came from. */
export function addressOf(request: FastifyRequest): CallerAddress {
  return { address: request.ip, isSharedAddress: mayBeEverybody(request) };
}

/** Finds out who is calling; undefined when nobody is signed in. Called once a request, never for public routes. */
export type Authenticate = (request: FastifyRequest) => Promise<Omit<Identity, keyof CallerAddress> | undefined>;

const authenticators = new WeakMap<HttpApp, Authenticate>();
const identities = new WeakMap<object, Identity>();
const askAgain = new WeakMap<object, () => Promise<unknown>>();

/** Makes `authenticate` decide who callers of this application are. Without one, nobody is ever signed in. */
export function useAuthenticator(app: HttpApp, authenticate: Authenticate): void {
  authenticators.set(app, authenticate);
}

/**
 * Who is calling. Only for routes that are not for everybody.
 * @throws Error when the route lets everybody in, because then there may be nobody
 */
export function identityOf(request: Pick<FastifyRequest, 'method' | 'url' | 'routeOptions'>): Identity {
  const identity = identities.get(request);
  if (!identity)
    throw new Error(
      `${request.method} ${request.routeOptions.url ?? request.url} asks who is calling but lets everybody in`,
    );
  return identity;
}

/** Who is calling a route whose access is `optional` or `entrance`; undefined when nobody is signed in. */
export function optionalIdentityOf(request: object): Identity | undefined {
  return identities.get(request);
}

/** Whether everybody who gets in has an account: then `identityOf` finds it. */
export function isForAccounts(access: Access | undefined): boolean {
  return access === 'signed-in' || (typeof access === 'object' && 'may' in access);
}

function isAccess(access: Access | undefined): access is Access {
  if (typeof access === 'object') {
    if ('webhook' in access) return typeof access.webhook.verify === 'function';
    return permissions.includes('may' in access ? access.may : access.service);
  }
  return access !== undefined && ['public', 'optional', 'entrance', 'signed-in', 'metrics'].includes(access);
}

/**
 * Who may call this route with this request, now.
 * @throws ProblemError unauthenticated, forbidden, rights_narrowed
 */
async function authorize(app: HttpApp, request: FastifyRequest): Promise<Identity | undefined> {
  const access = request.routeOptions.config.access;
  if (access === 'public') return undefined;
  if (access === undefined) throw new ProblemError('forbidden');
  if (typeof access === 'object' && 'webhook' in access) return undefined;
  if (typeof access === 'object' && 'service' in access) {
    await authorizeService(app, request, access.service);
    return undefined;
  }
  if (access === 'metrics' && isScraper(app, request)) return undefined;
  if (isForNobody(access, request)) return undefined;
  const identity = await authenticators.get(app)?.(request);
  if (!identity && access === 'entrance') return undefined;
  if (!identity) throw new ProblemError('unauthenticated');
  const permission = access === 'metrics' ? 'metrics.read' : typeof access === 'object' ? access.may : undefined;
  if (permission !== undefined && !isAllowed(identity.role, permission)) throw refusal(identity, permission);
  if (request.routeOptions.config.scope === 'whole') identity.scope.requireAll();
  return { ...identity, ...addressOf(request) };
}

/** Whether it is open to those who are not signed in, and does not say that anybody is. */
function isForNobody(access: Access | undefined, { headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return (access === 'optional' || access === 'entrance') && headers.authorization === undefined;
}

function refusal({ withheldRole }: Pick<Identity, 'withheldRole'>, permission: Permission): ProblemError {
  if (withheldRole === undefined || !isAllowed(withheldRole, permission)) return new ProblemError('forbidden');
  return new ProblemError('second_factor_needed', 'Staff need a second factor here: set one up, or sign in with it.');
}

/**
 * Whether the caller may still do what the route lets it do: for answers that do not end by themselves (event streams,
 * sockets). False once the token has expired, the sign-in has ended, or the account lost the right.
 */
export async function isStillAllowed(request: FastifyRequest): Promise<boolean> {
  try {
    await askAgain.get(request)?.();
    return askAgain.has(request);
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/**
 * Refuses routes that do not say who may call them, and requests of those who may not.
 * Must be called before the first route is added.
 */
export function enforceAccess(app: HttpApp): void {
  app.addHook('onRoute', (route) => {
    if (!isAccess(route.config?.access))
      throw new Error(`${String(route.method)} ${route.url} does not declare who may call it (config.access)`);
  });
  app.addHook(
    'onRequest',
    atOnce((request) => {
      // What no route answers (404, 405) has no declaration and nothing to protect.
      if (request.is404) return undefined;
      const { access } = request.routeOptions.config;
      if (access === 'public' || isForNobody(access, request)) return undefined;
      return identify(app, request);
    }),
  );
}

async function identify(app: HttpApp, request: FastifyRequest): Promise<void> {
  const ask = async () => {
    const identity = await authorize(app, request);
    // What stays open goes by what its caller may do now.
    if (identity) identities.set(request, identity);
  };
  await ask();
  askAgain.set(request, ask);
}
