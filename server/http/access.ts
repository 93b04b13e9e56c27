import type { FastifyRequest } from 'fastify';
import type { Role } from '../kit/permissions.ts';
import { ProblemError } from '../kit/errors.ts';
import type { HttpApp } from './http-app.ts';

/**
 * Who may call a route. Every route declares it in its `config`; the application does not start otherwise.
 * `orLoopback` also lets through callers on this very machine, signed in or not (for scrapers).
 */
export type Access = 'public' | 'signed-in' | { readonly roles: readonly Role[]; readonly orLoopback?: true };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** Who is calling, as the control API found out for this very request. */
export interface Identity {
  readonly accountId: string;
  readonly role: Role;
  /** The sign-in (family of refresh tokens) that the access token belongs to. */
  readonly familyId: string;
}

/** Finds out who is calling; undefined when nobody is signed in. Called once a request, never for public routes. */
export type Authenticate = (request: FastifyRequest) => Promise<Identity | undefined>;

const authenticators = new WeakMap<HttpApp, Authenticate>();
const identities = new WeakMap<object, Identity>();

/** Makes `authenticate` decide who callers of this application are. Without one, nobody is ever signed in. */
export function useAuthenticator(app: HttpApp, authenticate: Authenticate): void {
  authenticators.set(app, authenticate);
}

/**
 * Who is calling. Only for routes that are not public.
 * @throws Error when the route is public, because then nobody looked
 */
export function identityOf(request: Pick<FastifyRequest, 'method' | 'url' | 'routeOptions'>): Identity {
  const identity = identities.get(request);
  if (!identity)
    throw new Error(
      `${request.method} ${request.routeOptions.url ?? request.url} asks who is calling but lets everybody in`,
    );
  return identity;
}

/**
 * Whether the caller is on this machine. A proxy on the same machine is not believed to be its client: a request
 * that was forwarded never counts, whatever the forwarding headers say.
 */
export function isLoopback(request: FastifyRequest): boolean {
  const { forwarded, 'x-forwarded-for': forwardedFor, 'x-real-ip': realIp, via } = request.headers;
  if (forwarded !== undefined || forwardedFor !== undefined || realIp !== undefined || via !== undefined) return false;
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/**
 * Refuses routes that do not say who may call them, and requests of those who may not.
 * Must be called before the first route is added.
 */
export function enforceAccess(app: HttpApp): void {
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    const isValid =
      access === 'public' || access === 'signed-in' || (typeof access === 'object' && access.roles.length > 0);
    if (!isValid)
      throw new Error(`${String(route.method)} ${route.url} does not declare who may call it (config.access)`);
  });
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    // What no route answers (404, 405) has no declaration and nothing to protect.
    if (request.is404 || access === 'public') return;
    if (access === undefined) throw new ProblemError('forbidden');
    if (typeof access === 'object' && access.orLoopback && isLoopback(request)) return;
    const identity = await authenticators.get(app)?.(request);
    if (!identity) throw new ProblemError('unauthenticated');
    if (typeof access === 'object' && !access.roles.includes(identity.role)) throw new ProblemError('forbidden');
    identities.set(request, identity);
  });
}
