import { OperatorError, ProblemError, toError } from '../kit/errors.ts';
import { InvalidKey, ObjectNotFound } from './port.ts';

/** An answer of Google Cloud Storage that is no success. */
export class GcsFailure extends Error {
  override readonly name = 'GcsFailure';
  readonly status: number;

  /** @param message Google's own words: they name the bucket, the account and the permission, never a secret */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The connection broke, nobody listens, or the name is unknown. */
export class GcsUnreachable extends Error {
  override readonly name = 'GcsUnreachable';
}

/** No byte for too long. */
export class GcsTimeout extends Error {
  override readonly name = 'GcsTimeout';
}

/** The bytes are not those that were stored. */
export class GcsDamaged extends Error {
  override readonly name = 'GcsDamaged';
}

/** A resumable session that is over: its week has passed, or it was given up. */
export class GcsSessionGone extends Error {
  override readonly name = 'GcsSessionGone';
}

/** Google's advice: these may be better the next time. https://cloud.google.com/storage/docs/retry-strategy */
const passing = new Set([408, 429, 500, 502, 503, 504]);

/** Whether asking again may help. */
export function isTransient(error: unknown): boolean {
  if (error instanceof GcsFailure) return passing.has(error.status);
  return error instanceof GcsUnreachable || error instanceof GcsTimeout || error instanceof GcsDamaged;
}

export function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof GcsFailure && statuses.includes(error.status);
}

/** Whether an object is not there; a bucket that is not is something else, with the same status. */
export function isMissingObject(error: unknown): boolean {
  return error instanceof GcsFailure && error.status === 404 && !/bucket does not exist/i.test(error.message);
}

/** The failure that an answer describes: JSON from the JSON API, HTML from the machines in front of it. */
export function failureOf(status: number, body: string): GcsFailure {
  try {
    const { error } = JSON.parse(body) as { error: { message: string } };
    return new GcsFailure(status, error.message);
  } catch {
    return new GcsFailure(status, `HTTP ${status}`);
  }
}

/** The deepest code that the system gave: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
function systemCodeWithin(error: Error): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z_0-9]+$/.test(cause.code)) return cause.code;
  return undefined;
}

/**
 * What the SDK, its authentication or `fetch` threw, as one of ours. Theirs hold the whole request: the token, or the
 * address of a session, which is a secret. They are not kept as a cause.
 */
export function toOurs(thrown: unknown): Error {
  const error = toError(thrown);
  if (isOurs(error)) return error;
  const { code } = error as { code?: unknown };
  if (typeof code === 'number') return new GcsFailure(code, error.message);
  const { status } = error as { status?: unknown };
  if (typeof status === 'number') return new GcsFailure(status, 'The credentials were not accepted');
  const reason = systemCodeWithin(error);
  if (reason === 'ETIMEDOUT' || /network timeout/.test(error.message)) return new GcsTimeout('No answer in time');
  if (reason !== undefined || error.message === 'fetch failed' || error.message === 'terminated')
    return new GcsUnreachable(reason ?? 'the connection broke');
  return error;
}

function isOurs(error: Error): boolean {
  return [
    GcsFailure,
    GcsUnreachable,
    GcsTimeout,
    GcsDamaged,
    GcsSessionGone,
    ObjectNotFound,
    InvalidKey,
    ProblemError,
    OperatorError,
    RangeError,
  ].some((kind) => error instanceof kind);
}

/** Says what went wrong so that an operator knows what to change. What callers know by its class stays as it is. */
export function inWords(error: Error, { bucket, host }: { readonly bucket: string; readonly host: string }): Error {
  if (error instanceof GcsUnreachable)
    return unavailable(`Google Cloud Storage cannot be reached at ${host}: ${error.message}`, error);
  if (error instanceof GcsTimeout) return unavailable(`Google Cloud Storage at ${host} does not answer in time`, error);
  if (error instanceof GcsDamaged) return unavailable(error.message, error);
  if (!(error instanceof GcsFailure)) {
    if (/Could not load the default credentials/.test(error.message))
      return new OperatorError(
        'There are no credentials for Google Cloud Storage: set storage.serviceAccountKey, or GOOGLE_APPLICATION_CREDENTIALS to a key file, or run where Google gives the machine an account',
      );
    return error;
  }
  const { status, message } = error;
  if (status === 412 || isMissingObject(error)) return error;
  if (isTransient(error)) return unavailable(`Google Cloud Storage asks for a pause (HTTP ${status})`, error);
  if (status === 401) return new OperatorError(`Google Cloud Storage does not accept the credentials: ${message}`);
  if (status === 403) {
    const permission = /storage\.[a-z]+\.[A-Za-z]+/.exec(message)?.[0];
    return new OperatorError(
      `Google Cloud Storage refuses access to the bucket ${bucket}${permission === undefined ? '' : `: the account lacks the permission ${permission}`} (${message})`,
    );
  }
  if (status === 404) return new OperatorError(`There is no bucket ${bucket} in Google Cloud Storage`);
  return new Error(`Google Cloud Storage failed (HTTP ${status}): ${message}`, { cause: error });
}

function unavailable(message: string, cause: Error): ProblemError {
  return new ProblemError('storage_unavailable', message, { cause });
}
