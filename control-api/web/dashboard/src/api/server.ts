import { authorisedFetch, createApi, type Tokens } from '../../../kit/api/client.ts';
import { createQueries } from '../../../kit/api/queries.ts';
import { Session } from '../../../kit/session/session.ts';
import { serverPath } from '../base.ts';

/** The one session, API and cache of this page. */
export const session = new Session('dashboard', serverPath);
export const tokens: Tokens = { token: () => session.token(), renew: (stale) => session.renew(stale) };
export const fetchAsSignedIn = authorisedFetch(tokens);
export const api = createApi(fetchAsSignedIn, serverPath);
export const queryClient = createQueries();
