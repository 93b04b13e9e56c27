import { atOnce } from './hooks.ts';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../kit/errors.ts';
import type { HttpApp } from './http-app.ts';
import { pathPattern } from './path-pattern.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Whether the route may be asked for by a POST with `X-HTTP-Method-Override`, as tus 1.0.0 wants it for clients
     * and proxies that know neither PATCH nor DELETE. A POST declares it to refuse other wishes.
     */
    methodOverride?: true;
  }
}

const header = 'x-http-method-override';

/** What a request asks for in the header, in upper case. */
function askedMethod({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const value = headers[header];
  return typeof value === 'string' ? value.trim().toUpperCase() : undefined;
}

/**
 * Gives a POST the method that it asks for, before anything looks at it: access, limits, audit and the rest see the
 * route that will answer and nothing else. Only towards routes that declare `methodOverride`; where some routes of a
 * path do, every other wish is refused, so that no request does another thing than it says. Elsewhere the header is
 * one of the many that nobody knows.
 */
export class MethodOverride {
  readonly #routes: { readonly expression: RegExp; readonly method: string }[] = [];

  /** Must be called before the first route is added. */
  register(app: HttpApp): void {
    app.addHook('onRoute', ({ url, method, config }) => {
      if (!config?.methodOverride) return;
      for (const each of [method].flat()) this.#routes.push({ expression: pathPattern(url), method: each });
    });
    app.addHook(
      'onRequest',
      atOnce((request, reply) => {
        const asked = askedMethod(request.raw);
        if (asked === undefined || asked === request.method) return;
        const allowed = this.#methodsOf(request.url);
        // The route itself also tells: its path may have been written in another way (`%75ploads`).
        if (allowed.length === 0 && !request.routeOptions.config.methodOverride) return;
        void reply.header('allow', allowed.join(', '));
        throw new ProblemError(
          'method_not_allowed',
          `X-HTTP-Method-Override may ask for ${allowed.join(', ')} here, in a POST.`,
          { extras: { allowed } },
        );
      }),
    );
  }

  /** To be called with each request before it is routed. */
  apply(request: IncomingMessage): void {
    if (request.method !== 'POST') return;
    const asked = askedMethod(request);
    if (asked !== undefined && this.#methodsOf(request.url ?? '').includes(asked)) request.method = asked;
  }

  #methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] as string;
    return [
      ...new Set(this.#routes.filter(({ expression }) => expression.test(path)).map(({ method }) => method)),
    ].sort();
  }
}
