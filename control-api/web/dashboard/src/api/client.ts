import createClient from 'openapi-fetch';
import type { paths } from '../../../../openapi.d.ts';
import { session } from '../session/session.ts';
import { demandSuccess, reach } from './transport.ts';

/** Sends with the access token; once more with a new one when the server no longer takes it. */
export async function authorisedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await session.token();
  request.headers.set('Authorization', `Bearer ${token}`);
  const response = await reach(request);
  if (response.status !== 401) return demandSuccess(response);
  again.headers.set('Authorization', `Bearer ${await session.renew(token)}`);
  return demandSuccess(await reach(again));
}

/** The API, typed by its OpenAPI document. Calls throw ApiError or UnreachableError; `data` is there otherwise. */
export const api = createClient<paths>({ baseUrl: '/', fetch: authorisedFetch });

/** The body of an answer that has one by contract. */
export function bodyOf<T>(answer: { readonly data?: T }): T {
  if (answer.data === undefined) throw new TypeError('The server answered without a body');
  return answer.data;
}
