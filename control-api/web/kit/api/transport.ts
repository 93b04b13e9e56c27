import { errorFrom, UnreachableError, type ApiError } from './problem.ts';

/** fetch whose network failures are an UnreachableError; an abort stays what it is. */
export async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new UnreachableError(error);
  }
}

/** What a response that is not a success says. */
export async function refusalOf(response: Response): Promise<ApiError> {
  return errorFrom(response.status, await response.text().catch(() => ''), response.headers.get('Retry-After'));
}

/** Refuses, with the server's words, whatever is not a success. @throws ApiError */
export async function demandSuccess(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw await refusalOf(response);
}

/** fetch that returns successes only. @throws ApiError, UnreachableError */
export async function reachSuccess(request: Request): Promise<Response> {
  return demandSuccess(await reach(request));
}
