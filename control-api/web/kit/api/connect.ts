import type { QueryClient } from '@tanstack/react-query';
import { Session } from '../session/session.ts';
import { authorisedFetch, createApi, type Api, type Tokens } from './client.ts';
import { createQueries } from './queries.ts';

/** What a page has once to speak with the server. */
export interface Connection {
  readonly session: Session;
  readonly tokens: Tokens;
  /** fetch with the access token; refuses what is not a success. */
  readonly fetchAsSignedIn: (request: Request) => Promise<Response>;
  readonly api: Api;
  readonly queryClient: QueryClient;
}

/**
 * @param app names the app to the server, e.g. `dashboard`
 * @param serverPath the path in front of the server's addresses, without a slash at the end
 */
export function connect(app: string, serverPath: string): Connection {
  const session = new Session(app, serverPath);
  const tokens: Tokens = { token: () => session.token(), renew: (stale) => session.renew(stale) };
  const fetchAsSignedIn = authorisedFetch(tokens);
  return {
    session,
    tokens,
    fetchAsSignedIn,
    api: createApi(fetchAsSignedIn, serverPath),
    queryClient: createQueries(),
  };
}
