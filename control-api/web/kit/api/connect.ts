import type { QueryClient } from '@tanstack/react-query';
import { Session } from '../session/session.ts';
import { StepUp } from '../session/step-up.ts';
import { authorisedFetch, createApi, type Api, type Tokens } from './client.ts';
import { createQueries } from './queries.ts';

/** What a page has once to speak with the server. */
export interface Connection {
  readonly session: Session;
  readonly tokens: Tokens;
  /** Waits for a proof of who it is where the server wants one. Its dialog must be on the page. */
  readonly stepUp: StepUp;
  /** fetch with the access token; refuses what is not a success. */
  readonly fetchAsSignedIn: (request: Request) => Promise<Response>;
  readonly api: Api;
  /** What was read. It is forgotten when somebody else signs in. */
  readonly queryClient: QueryClient;
}

/**
 * @param app names the app to the server, e.g. `dashboard`
 * @param serverPath the path in front of the server's addresses, without a slash at the end
 */
export function connect(app: string, serverPath: string): Connection {
  const session = new Session(app, serverPath);
  const tokens: Tokens = { token: () => session.token(), renew: (stale) => session.renew(stale) };
  const fetchAtOnce = authorisedFetch(tokens);
  const stepUp = new StepUp(createApi(fetchAtOnce, serverPath));
  const fetchAsSignedIn = stepUp.around(fetchAtOnce);
  const queryClient = createQueries();
  let accountId: string | undefined;
  session.subscribe(() => {
    const state = session.snapshot();
    const now = state.status === 'signed-in' ? state.account.id : undefined;
    if (now === accountId) return;
    accountId = now;
    stepUp.giveUp();
    // What one person saw is not for the next one.
    queryClient.clear();
  });
  return { session, tokens, stepUp, fetchAsSignedIn, api: createApi(fetchAsSignedIn, serverPath), queryClient };
}
