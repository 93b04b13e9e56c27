/**
 * A problem that a client or an operator can meet. A code is stable once released; status and title belong to it, and
 * the sentence (`detail`) is written where the error is thrown. HTTP responses carry it as `application/problem+json`
 * (RFC 9457).
 */
export interface Problem<Code extends string = string, Parameter extends string = string> {
  readonly code: Code;
  /** HTTP status. */
  readonly status: number;
  readonly title: string;
  /** What a client may be told besides, by name: with it a sentence can be written in any language. Never secrets. */
  readonly parameters: readonly Parameter[];
}

interface Declaration {
  readonly status: number;
  readonly title: string;
  readonly parameters?: readonly string[];
}

type ParametersOf<D extends Declaration> = D['parameters'] extends readonly (infer P extends string)[] ? P : never;

/** Problems by their code. Each feature declares its own beside it, under codes that nobody else has. */
export function defineProblems<const D extends Readonly<Record<string, Declaration>>>(
  declared: D,
): { readonly [Code in keyof D & string]: Problem<Code, ParametersOf<D[Code]>> } {
  const problems = Object.entries(declared).map(([code, { status, title, parameters = [] }]): [string, Problem] => [
    code,
    { code, status, title, parameters },
  ]);
  return Object.fromEntries(problems) as ReturnType<typeof defineProblems<D>>;
}

/** The problems that may come from anywhere. They are thrown by their code alone. */
export const sharedProblems = defineProblems({
  invalid_request: { status: 400, title: 'The request is not valid', parameters: ['errors', 'maxBytes', 'allowed'] },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_signature: { status: 401, title: 'The signature is not right' },
  csrf_header_missing: { status: 403, title: 'The request did not come from the web app' },
  forbidden: { status: 403, title: 'This account may not do that', parameters: ['scope'] },
  rights_narrowed: { status: 403, title: 'This account works on some titles only' },
  step_up_required: { status: 403, title: 'Confirm first who you are' },
  second_factor_needed: { status: 403, title: 'This needs a sign-in with a second factor' },
  kids_profile: { status: 403, title: "A kids' profile may not do that" },
  profile_not_chosen: { status: 403, title: 'Choose a profile first', parameters: ['reason'] },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed', parameters: ['allowed'] },
  not_acceptable: { status: 406, title: 'There is no form of this that the client accepts' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The state does not allow that' },
  idempotency_in_progress: { status: 409, title: 'This request is being handled already' },
  idempotency_answer_lost: { status: 409, title: 'This request was handled, and its answer is lost' },
  account_exists: { status: 409, title: 'An account with this e-mail exists' },
  own_account: { status: 409, title: 'Nobody does that to their own account' },
  precondition_failed: { status: 412, title: 'The condition of the request is not met' },
  payload_too_large: { status: 413, title: 'The request is too large', parameters: ['maxBytes'] },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'Unsupported content type', parameters: ['expected'] },
  range_not_satisfiable: { status: 416, title: 'There are no bytes in this range' },
  expectation_failed: { status: 417, title: 'The server cannot do what the header Expect asks for' },
  misdirected_request: { status: 421, title: 'This server does not answer to that name' },
  idempotency_key_reused: { status: 422, title: 'The key belongs to another request' },
  too_many_requests: { status: 429, title: 'Too many requests', parameters: ['retryAfterSeconds', 'active'] },
  headers_too_large: { status: 431, title: 'The headers of the request are too large' },
  internal_error: { status: 500, title: 'Something went wrong on the server' },
  not_ready: { status: 503, title: 'The server is not ready', parameters: ['failed', 'retryAfterSeconds'] },
  storage_unavailable: {
    status: 503,
    title: 'The storage cannot be reached at the moment',
    parameters: ['retryAfterSeconds'],
  },
  sessions_unavailable: {
    status: 503,
    title: 'Who is watching cannot be asked at the moment',
    parameters: ['retryAfterSeconds'],
  },
  insufficient_storage: { status: 507, title: 'There is not enough free disk space' },
});

/** The code of a shared problem. */
export type SharedProblemCode = keyof typeof sharedProblems;

/** One list of problems out of several. @throws Error when two have the same code */
export function mergeProblems(...lists: readonly Readonly<Record<string, Problem>>[]): ReadonlyMap<string, Problem> {
  const merged = new Map<string, Problem>();
  for (const problem of lists.flatMap((list) => Object.values(list))) {
    if (merged.has(problem.code)) throw new Error(`Two problems have the code ${problem.code}`);
    merged.set(problem.code, problem);
  }
  return merged;
}
