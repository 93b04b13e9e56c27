/** An answer of the server that is not a success, in words a person understands. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable code of the server's catalogue, e.g. `media_no_video`; undefined when something else answered. */
  readonly code: string | undefined;
  /** Seconds to wait before trying again, when the server says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, code?: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The server could not be reached at all. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(cause?: unknown) {
    super('The server cannot be reached. Check the connection and try again.', { cause });
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** "in 40 seconds", "in 12 minutes": when a throttled request may be tried again. */
function inWords(seconds: number): string {
  if (seconds < 60) return `in ${Math.max(1, Math.ceil(seconds))} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'in a minute' : `in ${minutes} minutes`;
}

function sentenceFor(status: number, body: string): { message: string; code: string | undefined } {
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === 'object' && problem !== null) {
      const fields = problem as Record<string, unknown>;
      const message = text(fields['detail']) ?? text(fields['title']);
      if (message) return { message, code: text(fields['code']) };
    }
  } catch {
    // Not JSON: a proxy or the tus layer answered in plain text.
  }
  const plain = body.trim();
  // HTML is an error page of something in between, of no use to a reader.
  if (plain && plain.length <= 300 && !plain.startsWith('<')) return { message: plain, code: undefined };
  if (status === 413) return { message: 'The file is larger than the server accepts.', code: undefined };
  if (status >= 500)
    return { message: `The server had a problem (${status}). Try again in a moment.`, code: undefined };
  return { message: `The server refused the request (${status}).`, code: undefined };
}

/** Makes the error of a failed answer from its parts (RFC 9457 problem, plain text or nothing useful). */
export function errorFrom(status: number, body: string, retryAfterHeader: string | null): ApiError {
  const { message, code } = sentenceFor(status, body);
  const retryAfter = retryAfterHeader && /^\d{1,6}$/.test(retryAfterHeader) ? Number(retryAfterHeader) : undefined;
  return new ApiError(status, message, code, retryAfter);
}

/** What to show for anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof ApiError && thrown.status === 429) {
    return `Too many attempts. Try again ${thrown.retryAfter === undefined ? 'later' : inWords(thrown.retryAfter)}.`;
  }
  if (thrown instanceof Error && thrown.message) return thrown.message;
  return 'Something went wrong.';
}
