import { OperatorError, ProblemError, toError } from '../kit/errors.ts';
import { systemCode } from '../kit/system-errors.ts';
import { InvalidKey, ObjectNotFound, ObjectReplaced } from './port.ts';
import type { S3Options } from './s3-client.ts';

/** What callers are told to wait when the store gives no time itself, in seconds. */
const retryAfterSeconds = 5;

/** What can be told of an SDK's error. It has more, e.g. the request with its signature, which nobody should log. */
interface Told {
  readonly name: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly attempts: number | undefined;
}

function tell(error: Error): Told {
  const { $metadata: metadata = {} } = error as {
    $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
  };
  return {
    name: error.name,
    code: systemCode(error),
    status: metadata.httpStatusCode,
    requestId: metadata.requestId,
    attempts: metadata.attempts,
  };
}

/** Whether an answer is one of these: by the protocol's name for it, or by the status where an answer has no body. */
export function isAnswer(thrown: unknown, ...names: readonly (string | number)[]): boolean {
  if (!(thrown instanceof Error)) return false;
  const { name, status } = tell(thrown);
  return names.includes(name) || (status !== undefined && names.includes(status));
}

/** Whether the request was sent more than once: an earlier one may have done its work although its answer was lost. */
export function wasRepeated(thrown: unknown): boolean {
  return thrown instanceof Error && (tell(thrown).attempts ?? 1) > 1;
}

/** The store did not answer, in time or at all, or asks for a pause. */
const outages: ReadonlySet<string> = new Set([
  'TimeoutError',
  'RequestTimeout',
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'ThrottlingException',
  'TooManyRequests',
  'OperationAborted',
]);
const networkFailures: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const fullStores: ReadonlySet<string> = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull']);

/**
 * What went wrong with a request, in words that say what to do and without credentials or signatures.
 * @param doing what was tried, e.g. `write sources/x`
 */
export function toStorageError(thrown: unknown, doing: string, options: S3Options): Error {
  const error = toError(thrown);
  if (
    error instanceof ProblemError ||
    error instanceof InvalidKey ||
    error instanceof ObjectNotFound ||
    error instanceof ObjectReplaced ||
    error instanceof RangeError ||
    error instanceof OperatorError
  )
    return error;
  const told = tell(error);
  const { name, code, status } = told;
  // An answer's own words may quote the request; those of the network and of the SDK do not.
  const said = status === undefined ? (code ?? (error.message || name)) : `${name}, HTTP ${status}`;
  const cause = new Error(`${said}${told.requestId === undefined ? '' : `, request ${told.requestId}`}`);
  const store = options.endpoint === '' ? `Amazon S3 (${options.region})` : options.endpoint;
  if (fullStores.has(name) || status === 507) return new ProblemError('insufficient_storage', undefined, { cause });
  if (isOutage(error)) {
    return new ProblemError('storage_unavailable', 'The storage cannot be reached at the moment.', {
      cause: new Error(`${store} did not ${doing}: ${said}`, { cause }),
      extras: { retryAfterSeconds },
    });
  }
  const explained = explain(told, options);
  return new OperatorError(`${store} did not ${doing}: ${explained ?? said}`, { cause });
}

/** Whether an error is that the store, or the way to it, is out of order: what a circuit breaker counts. */
function isOutage(error: Error): boolean {
  const { name, code, status } = tell(error);
  if (
    outages.has(name) ||
    status === 429 ||
    status === 503 ||
    (status !== undefined && status >= 500 && status !== 501)
  )
    return true;
  if (code !== undefined && networkFailures.has(code)) return true;
  return status === undefined && /socket hang up|aborted|Client network socket disconnected/.test(error.message);
}

function explain({ name, code, status }: Told, { bucket, region }: S3Options): string | undefined {
  switch (name) {
    case 'NoSuchBucket':
      return `there is no bucket ${bucket}: make it, or set storage.bucket`;
    case 'InvalidBucketName':
      return `${bucket} is no name of a bucket: set storage.bucket`;
    case 'InvalidAccessKeyId':
      return 'it does not know the access key: set storage.accessKeyId';
    case 'SignatureDoesNotMatch':
      return 'the signature is not right: the secret of the access key is another one (storage.secretAccessKey), or something on the way changes requests';
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
      return "this machine's clock and the store's are too far apart: set the clock (NTP)";
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return `the bucket ${bucket} is in another region than ${region}: set storage.region`;
    case 'ExpiredToken':
    case 'InvalidToken':
      return 'the session of the credentials has ended or is not known';
    case 'CredentialsProviderError':
      return 'there are no credentials: set storage.accessKeyId and storage.secretAccessKey, or give the machine a role';
  }
  if (status === 301) return `the bucket ${bucket} is in another region than ${region}: set storage.region`;
  if (status === 403)
    return `it is not allowed (${name}): give the access key the permissions that server/storage/README.md lists, for the bucket ${bucket}`;
  if (code !== undefined && /CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO/.test(code))
    return `its certificate is not accepted (${code}): for a certificate of your own, set NODE_EXTRA_CA_CERTS`;
  return undefined;
}
