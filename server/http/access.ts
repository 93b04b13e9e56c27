import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../kit/errors.ts';
import { isAllowed, permissions, type Permission, type Role } from '../kit/permissions.ts';
import type { HttpApp } from './http-app.ts';
import { isLoopback } from './loopback.ts';

/**
 * Who may call a route. Every route declares it in its `config`; the application does not start otherwise.
 *
 * - `public`: everybody, and nobody looks who it is.
 * - `optional`: everybody, and who is signed in is known (`optionalIdentityOf`). A token that is no good is refused.
 * - `signed-in`: every account.
 * - `{ may }`: accounts whose role has this permission.
 * - `metrics`: callers on this very machine (for scrapers), and accounts that may `metrics.read`.
 */
export type Access = 'public' | 'optional' | 'signed-in' | 'metrics' | { readonly may: Permission };

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

/** Who is calling a route whose access is `optional`; undefined when nobody is signed in. */
export function optionalIdentityOf(request: object): Identity | undefined {
  return identities.get(request);
}

function isAccess(access: Access | undefined): access is Access {
  if (typeof access === 'object') return permissions.includes(access.may);
  return access !== undefined && ['public', 'optional', 'signed-in', 'metrics'].includes(access);
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
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    // What no route answers (404, 405) has no declaration and nothing to protect.
    if (request.is404 || access === 'public') return;
    if (access === undefined) throw new ProblemError('forbidden');
    if (access === 'metrics' && isLoopback(request)) return;
    if (access === 'optional' && request.headers.authorization === undefined) return;
    const identity = await authenticators.get(app)?.(request);
    if (!identity) throw new ProblemError('unauthenticated');
    const permission = access === 'metrics' ? 'metrics.read' : typeof access === 'object' ? access.may : undefined;
    if (permission !== undefined && !isAllowed(identity.role, permission)) throw new ProblemError('forbidden');
    identities.set(request, identity);
  });
}
