import type { Test } from 'tap';
import { useAuthenticator, type Identity } from '../http/access.ts';
import { createHttpApp, type HttpApp, type HttpAppOptions } from '../http/application.ts';
import { createLogger } from '../kit/logger.ts';
import { roles } from '../kit/permissions.ts';
import { identity } from './identity.ts';

/**
 * An application without routes, closed with the test. The `authorization` header names the role of the caller, and
 * `known` says the rest of them.
 */
export async function openHttpApp(
  t: Test,
  options: Partial<HttpAppOptions> = {},
  known: () => Partial<Identity> = () => ({}),
): Promise<HttpApp> {
  const app = await createHttpApp({ logger: createLogger({ level: 'silent' }), trustProxy: false, ...options });
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  useAuthenticator(app, async ({ headers }) => {
    const role = roles.find((each) => each === headers.authorization);
    return role && identity({ role, ...known() });
  });
  return app;
}
