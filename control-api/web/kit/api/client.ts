import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../../openapi.d.ts';
import type { ApiError } from './problem.ts';
import { demandSuccess, reach, refusalOf } from './transport.ts';

/** What hands out access tokens; the session does. */
export interface Tokens {
  /** A valid access token. */
  token(): Promise<string>;
  /** An access token other than `stale`, which the server refused. */
  renew(stale: string): Promise<string>;
}

/** The API, typed by its OpenAPI document. Calls throw ApiError or UnreachableError; `data` is there otherwise. */
export type Api = Client<paths>;

/** Whether it is the access token that was refused, and not a password or a code that was sent with it. */
const isTokenRefused = ({ status, code }: ApiError) =>
  status === 401 && (code === undefined || code === 'unauthenticated');

/** fetch with the access token, and once more with a new one when the server no longer takes it. */
export function authorisedFetch(tokens: Tokens): (request: Request) => Promise<Response> {
  return async (request) => {
    const again = request.clone();
    const token = await tokens.token();
    request.headers.set('Authorization', `Bearer ${token}`);
    const response = await reach(request);
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (!isTokenRefused(refusal)) throw refusal;
    again.headers.set('Authorization', `Bearer ${await tokens.renew(token)}`);
    return demandSuccess(await reach(again));
  };
}

/** @param serverPath the path in front of the server's addresses, without a slash at the end */
export function createApi(fetch: (request: Request) => Promise<Response>, serverPath: string): Api {
  return createClient<paths>({ baseUrl: serverPath || '/', fetch });
}

/** The body of a response that has one by contract. */
export function bodyOf<T>(answer: { readonly data?: T }): T {
  if (answer.data === undefined) throw new TypeError('The server answered without a body');
  return answer.data;
}
