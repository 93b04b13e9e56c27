import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../kit/errors.ts';
import type { Permission } from '../../kit/permissions.ts';
import type { HttpApp } from '../http-app.ts';

/** Another program, which calls with an API key. */
export interface ServiceCaller {
  readonly keyId: string;
  /** What the key is for. */
  readonly scopes: readonly Permission[];
}

/** Finds out whose key it is; undefined when it is nobody's, was revoked or has expired. */
export type AuthenticateService = (key: string) => Promise<ServiceCaller | undefined>;

const authenticators = new WeakMap<HttpApp, AuthenticateService>();
const services = new WeakMap<object, ServiceCaller>();

/** Makes `authenticate` decide which keys this application knows. Without one, it knows none. */
export function useServiceKeys(app: HttpApp, authenticate: AuthenticateService): void {
  authenticators.set(app, authenticate);
}

/** Which program is calling; undefined on routes that are not for services. */
export function serviceOf(request: object): ServiceCaller | undefined {
  return services.get(request);
}

/**
 * Lets a program in whose key has this scope.
 * @throws ProblemError unauthenticated, forbidden
 */
export async function authorizeService(app: HttpApp, request: FastifyRequest, scope: Permission): Promise<void> {
  const key = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  const service = key === undefined ? undefined : await authenticators.get(app)?.(key);
  if (!service) throw new ProblemError('unauthenticated', 'An API key is needed.');
  if (!service.scopes.includes(scope))
    throw new ProblemError('forbidden', `The API key is not for ${scope}.`, { extras: { scope } });
  services.set(request, service);
}
