import { atOnce } from '../hooks.ts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../kit/errors.ts';
import type { Count, Counter, Limits } from '../../limits/port.ts';
import { identityOf, isForAccounts } from '../access.ts';
import type { HttpApp } from '../http-app.ts';
import { networkOf } from './network.ts';

/** How often a route may be called. */
interface RouteLimit {
  /** Counted for each account, or for each network that callers come from. */
  readonly per: 'account' | 'address';
  readonly points: number;
  readonly seconds: number;
  /** What there are too many of then, as a person reads it, e.g. `streams started`. */
  readonly what: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How often it may be called. Counted before anything of the body is read; above it the answer is 429. */
    limits?: readonly RouteLimit[];
  }
}

const backends = new WeakMap<HttpApp, Pick<Limits, 'counter'>>();

/** Makes the routes of this application count in `limits`. */
export function useLimits(app: HttpApp, limits: Pick<Limits, 'counter'>): void {
  backends.set(app, limits);
}

/**
 * Counts one more.
 * @param what there were too many of, as a person reads it, e.g. `attempts`
 * @throws ProblemError too_many_requests
 */
export async function countOne(counter: Counter, key: string, what: string): Promise<void> {
  const count = await counter.consume(key);
  if (!count.allowed) throw tooMany(what, count);
}

/** The problem to answer with when a limit is used up. */
export function tooMany(what: string, { resetMs }: Pick<Count, 'resetMs'>): ProblemError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  const wait =
    retryAfterSeconds < 120 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
  return new ProblemError('too_many_requests', `Too many ${what}. Try again in ${wait}.`, {
    extras: { retryAfterSeconds },
  });
}

function keyOf(request: FastifyRequest, per: RouteLimit['per']): string {
  return per === 'account' ? identityOf(request).accountId : networkOf(request.ip);
}

/**
 * Refuses requests above the limits that their routes declare. Must be called before the first route is added, and
 * after access is enforced.
 */
export function enforceLimits(app: HttpApp): void {
  let isAsked = false;
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const { per, points, seconds, what } of config?.limits ?? []) {
      isAsked = true;
      const name = `${String(method)} ${url}`;
      if (!(points >= 1 && seconds >= 1) || what === '') throw new Error(`${name} has a limit that is none`);
      if (per === 'account' && !isForAccounts(config?.access))
        throw new Error(`${name} counts by account, but not all of its callers have one`);
    }
  });
  app.addHook('onReady', async () => {
    if (isAsked && !backends.has(app)) throw new Error('Routes declare limits, but nothing counts (useLimits)');
  });
  app.addHook(
    'onRequest',
    atOnce((request) => (request.routeOptions.config.limits === undefined ? undefined : countAll(app, request))),
  );
}

async function countAll(app: HttpApp, request: FastifyRequest): Promise<void> {
  const { config, method, url } = request.routeOptions;
  for (const { per, points, seconds, what } of config.limits ?? []) {
    // A route may have a limit for a second and one for a day.
    const counter = backends.get(app)?.counter(`route.${String(method)}.${url}.${per}.${seconds}`, { points, seconds });
    if (counter === undefined) throw new Error('Nothing counts (useLimits)');
    await countOne(counter, keyOf(request, per), what);
  }
}
