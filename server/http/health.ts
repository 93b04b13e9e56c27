import { Type } from 'typebox';
import { ProblemError, toError } from '../kit/errors.ts';
import type { HttpApp } from './http-app.ts';

/** Rejects (or never settles) when a part of the server cannot do its work. Should give up when `signal` aborts. */
export type HealthCheck = (signal: AbortSignal) => Promise<void>;

/** What `/health/ready` asks, and how long it waits. */
export interface HealthOptions {
  /** By the name that operators will read, e.g. `database`. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** How long one check may take, in milliseconds; default 2000. */
  readonly timeoutMs?: number;
  /** How long what was found answers everybody else who asks, in milliseconds; default 1000. */
  readonly keepMs?: number;
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

/** One run at a time, and none while the last one's result is younger than `keepMs`. */
function sharedFor<T>(keepMs: number, find: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined;
  return () => {
    last ??= find().finally(() => {
      setTimeout(() => {
        last = undefined;
      }, keepMs).unref();
    });
    return last;
  };
}

/**
 * `/health/live` says that the process answers, `/health/ready` that every part it needs does; its 503 names the
 * parts that failed and nothing else (why is in the log). Both are public: probes have no account.
 */
export function registerHealth(app: HttpApp, options: HealthOptions): void {
  const { timeoutMs = 2000, keepMs = 1000 } = options;
  const names = Object.keys(options.checks);
  // The checks write to disk and ask the database: that must not be had as often as anybody likes to ask.
  const findFailed = sharedFor(keepMs, async () => {
    const results = await Promise.allSettled(
      Object.values(options.checks).map((check) => withinDeadline(check, timeoutMs)),
    );
    return names.filter((name, index) => {
      const result = results[index];
      if (result?.status !== 'rejected') return false;
      app.log.warn({ check: name, err: toError(result.reason) }, 'not ready');
      return true;
    });
  });
  app.get(
    '/health/live',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        summary: 'The process answers',
        tags: ['health'],
        response: { 200: Type.Object({ status: Type.Literal('live') }) },
      },
    },
    async () => ({ status: 'live' as const }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: 'public' },
      logLevel: 'warn',
      schema: {
        summary: 'Every part that the process needs answers',
        tags: ['health'],
        response: {
          200: Type.Object({
            status: Type.Literal('ready'),
            checks: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 }),
          }),
        },
      },
    },
    async () => {
      const failed = await findFailed();
      if (failed.length > 0)
        throw new ProblemError('not_ready', `Not ready: ${failed.join(', ')}.`, { extras: { failed } });
      return { status: 'ready' as const, checks: names };
    },
  );
}
