import { STATUS_CODES } from 'node:http';
import { Type, type Static } from 'typebox';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from './http-app.ts';
import { pathPattern } from './path-pattern.ts';
import { describeFieldErrors, type SchemaError } from './validation-words.ts';
import { isUnavailable } from '../db/port.ts';
import { ProblemError, toError } from '../kit/errors.ts';
import type { SharedProblemCode } from '../kit/problems.ts';

/** The schema of errors as clients see them, with the codes that there may be. */
export const problemSchema = (codes: readonly string[]) =>
  Type.Object(
    {
      type: Type.String({ maxLength: 200, description: 'Always about:blank: `code` identifies the problem.' }),
      title: Type.String({ maxLength: 200 }),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      code: Type.Enum([...codes]),
      detail: Type.String({ maxLength: 2000 }),
      requestId: Type.String({ maxLength: 64, description: 'Names this request in the log of the server.' }),
      errors: Type.Optional(
        Type.Array(
          Type.Object({
            path: Type.String({
              maxLength: 500,
              description: 'JSON pointer, after the part of the request: `/body/email`.',
            }),
            message: Type.String({ maxLength: 500 }),
          }),
          { maxItems: 20, description: 'The fields that are wrong, for `invalid_request`.' },
        ),
      ),
    },
    { $id: 'Problem', description: 'Further members, the parameters of `detail`, depend on `code`.' },
  );

/** An error as clients see it (RFC 9457): `code` is stable, `detail` is a sentence for people. */
type Problem = Static<ReturnType<typeof problemSchema>>;

/** Codes of Fastify's own errors that are the client's doing, and what they are called here. */
const fastifyCodes: Readonly<Record<string, SharedProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_NOT_FOUND: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
};

const codeByStatus: Readonly<Record<number, SharedProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  412: 'precondition_failed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
  429: 'too_many_requests',
};

/** Our own faults that are told elsewhere, once, and met by every request: health, room, the store's state. */
const noted: ReadonlySet<string> = new Set<SharedProblemCode>([
  'not_ready',
  'insufficient_storage',
  'storage_unavailable',
  'sessions_unavailable',
]);

/** What was thrown as a problem: validation errors name the fields, and the unknown tells nothing. */
function toProblemError(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  const error = toError(thrown) as Partial<FastifyError> & Error;
  if (error.validation) {
    const part = error.validationContext ?? 'request';
    const errors = describeFieldErrors(part, error.validation as readonly SchemaError[]);
    return new ProblemError(
      'invalid_request',
      `The ${part} is not valid: ${errors
        .map((e) => `${e.path} ${e.message}`)
        .join('; ')
        .slice(0, 1000)}`,
      { cause: error, extras: { errors } },
    );
  }
  if (isUnavailable(error))
    return new ProblemError('not_ready', 'The database cannot answer just now. Try again in a moment.', {
      cause: error,
      extras: { failed: ['database'], retryAfterSeconds: 2 },
    });
  const status = error.statusCode ?? 500;
  if (status >= 500) return new ProblemError('internal_error', undefined, { cause: error });
  const code = fastifyCodes[error.code ?? ''] ?? codeByStatus[status] ?? 'invalid_request';
  // The framework quotes the address, which may hold a token.
  const message = error.code === 'FST_ERR_BAD_URL' ? 'The address is not valid.' : error.message;
  return new ProblemError(code, code === 'uri_too_long' ? undefined : message, { cause: error });
}

/** The body of a problem's response. Its status and code win over extras of the same name. */
export function problemBody(problem: ProblemError, requestId: string): Problem {
  return {
    ...problem.extras,
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
  };
}

/** Answers with a problem. Headers that were set before stay. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply {
  if (problem.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
  const retryAfter = problem.extras?.['retryAfterSeconds'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', Math.ceil(retryAfter));
  // A string is sent as it is: no response schema may cut a problem's members off.
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemBody(problem, request.id)));
}

/** Answers with what was thrown as a problem; what the client did is noted at `info`, our own faults at `error`. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblemError(thrown);
  if (problem.status >= 500 && !noted.has(problem.code)) {
    request.log.error({ err: problem.cause ?? problem, code: problem.code }, 'request failed');
  } else if (isUnavailable(problem.cause)) {
    request.log.warn({ code: problem.code, reason: toError(problem.cause).message }, 'request refused');
  } else request.log.info({ code: problem.code, detail: problem.message }, 'request refused');
  return sendProblem(request, reply, problem);
}

/** Every error that a route or a hook throws, and what no route answers, leaves the application as a problem. */
export function answerWithProblems(app: HttpApp): void {
  app.setErrorHandler(answerError);

  const patterns: { readonly expression: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    patterns.push({ expression: pathPattern(url), methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] as string;
    const allowed = [
      ...new Set(patterns.filter(({ expression }) => expression.test(path)).flatMap(({ methods }) => methods)),
    ].sort();
    // A route may find that there is nothing behind its address (a file that is gone).
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(request, reply, new ProblemError('not_found', 'There is nothing at this address.'));
    void reply.header('allow', allowed.join(', '));
    return sendProblem(
      request,
      reply,
      new ProblemError('method_not_allowed', `${request.method} is not possible here, only ${allowed.join(', ')}.`, {
        extras: { allowed },
      }),
    );
  });
}

/** Headers by their names in lower case. */
export type Headers = Readonly<Record<string, string | number>>;

/** A problem for a connection on which no route will answer, with its headers besides those given; it is the last one there. */
export function problemMessage(
  code: SharedProblemCode,
  requestId: string,
  headers: Headers,
): { readonly status: number; readonly headers: Headers; readonly body: string } {
  const problem = new ProblemError(code);
  const body = JSON.stringify(problemBody(problem, requestId));
  return {
    status: problem.status,
    headers: {
      ...headers,
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'request-id': requestId,
      connection: 'close',
    },
    body,
  };
}

/** The same as bytes, for a connection whose request could not even be parsed. */
export function rawProblem(code: SharedProblemCode, requestId: string, given: Headers): string {
  const { status, headers, body } = problemMessage(code, requestId, given);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`;
}
