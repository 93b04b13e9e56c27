import { Type } from 'typebox';
import { ProblemError, toError } from './errors.ts';
import type { HttpApp } from './http-app.ts';

/** Rejects (or never settles) when a part of the server cannot do its work. Should give up when `signal` aborts. */
export type HealthCheck = (signal: AbortSignal) => Promise<void>;

/** What `/health/ready` asks, and how long it waits. */
export interface HealthOptions {
  /** By the name that operators will read, e.g. `database`. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** How long one check may take, in milliseconds; default 2000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a check against a deadline.
 * @throws Error what the check threw, or that it took too long
 */
async function withinDeadline(check: HealthCheck, timeoutMs: number): Promise<void> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`No answer within ${timeoutMs} ms`));
    controller.abort();
  }, timeoutMs);
  try {
    await Promise.race([check(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `/health/live` says that the process answers, `/health/ready` that every part it needs does; its 503 names the
 * parts that failed and nothing else (why is in the log). Both are public: probes have no account.
 */
export function registerHealth(app: HttpApp, options: HealthOptions): void {
  const timeoutMs = options.timeoutMs ?? 2000;
  app.get('/health/live', {
    config: { access: 'public' }, logLevel: 'warn',
    schema: { summary: 'The process answers', tags: ['health'], response: { 200: Type.Object({ status: Type.Literal('live') }) } },
  }, async () => ({ status: 'live' as const }));

  app.get('/health/ready', {
    config: { access: 'public' }, logLevel: 'warn',
    schema: {
      summary: 'Every part that the process needs answers', tags: ['health'],
      response: {
        200: Type.Object({ status: Type.Literal('ready'), checks: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 }) }),
      },
    },
  }, async (request) => {
    const names = Object.keys(options.checks);
    const results = await Promise.allSettled(Object.values(options.checks).map((check) => withinDeadline(check, timeoutMs)));
    const failed = names.filter((name, index) => {
      const result = results[index];
      if (result?.status !== 'rejected') return false;
      request.log.warn({ check: name, err: toError(result.reason) }, 'not ready');
      return true;
    });
    if (failed.length > 0) throw new ProblemError('not_ready', `Not ready: ${failed.join(', ')}.`, { extras: { failed } });
    return { status: 'ready' as const, checks: names };
  });
}
