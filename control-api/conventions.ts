import { useAuthenticator, type Authenticate } from '../server/http/access.ts';
import { useLimits } from '../server/http/callers/limits.ts';
import type { HttpApp } from '../server/http/http-app.ts';
import type { Limits } from '../server/limits/port.ts';
import type { Problem } from '../server/kit/problems.ts';
import { accountSchema, ownAccountSchema } from './account.ts';
import { registerDocument } from './document.ts';

/** What all routes have in common: how callers are known, how answers are cached, where they are described. */
export async function registerConventions(
  app: HttpApp,
  authenticate: Authenticate,
  limits: Pick<Limits, 'counter'>,
  problems: ReadonlyMap<string, Problem>,
  publicUrl: string,
): Promise<void> {
  useAuthenticator(app, authenticate);
  useLimits(app, limits);
  // What the API says depends on who asks: no cache may keep it unless a route says so.
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Not by the address as it was sent: `/%61pi/` leads to the same routes.
    if (request.routeOptions.url?.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
    done();
  });
  await registerDocument(app, problems, publicUrl);
  for (const schema of [accountSchema, ownAccountSchema]) app.addSchema(schema);
}
