/**
 * The one catalogue of errors that a client or an operator can meet. A code is stable for ever once released;
 * its status and title belong to it, the sentence (`detail`) is written where the error is thrown.
 * HTTP answers carry it as `application/problem+json` (RFC 9457).
 */
export const problems = {
  // Requests
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The session has ended, sign in again' },
  invalid_signature: { status: 401, title: 'The signature is not right' },
  csrf_header_missing: { status: 403, title: 'The request did not come from the web app' },
  forbidden: { status: 403, title: 'This account may not do that' },
  step_up_required: { status: 403, title: 'Confirm your password first' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'There is no form of this that the client accepts' },
  conflict: { status: 409, title: 'The state does not allow that' },
  idempotency_in_progress: { status: 409, title: 'This request is being handled already' },
  idempotency_answer_lost: { status: 409, title: 'This request was handled, and its answer is lost' },
  last_super_admin: { status: 409, title: 'There must be at least one active super admin' },
  account_exists: { status: 409, title: 'An account with this e-mail exists' },
  precondition_failed: { status: 412, title: 'The condition of the request is not met' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported content type' },
  idempotency_key_reused: { status: 422, title: 'The key belongs to another request' },
  range_not_satisfiable: { status: 416, title: 'There are no bytes in this range' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on the server' },
  not_ready: { status: 503, title: 'The server is not ready' },

  // Uploads
  upload_too_large: { status: 413, title: 'The file is larger than this server accepts' },
  upload_type_not_allowed: { status: 415, title: 'This type of file is not accepted' },
  upload_checksum_mismatch: { status: 460, title: 'The data was damaged on its way' },
  upload_offset_conflict: { status: 409, title: 'The upload continues at another place' },
  upload_locked: { status: 423, title: 'Another request holds this upload' },
  upload_gone: { status: 410, title: 'This upload has ended' },
  upload_interrupted: { status: 400, title: 'The upload was interrupted' },
  tus_version_unsupported: { status: 412, title: 'Only version 1.0.0 of the tus protocol is spoken here' },
  too_many_uploads: { status: 409, title: 'Too many uploads of this account are unfinished' },
  insufficient_storage: { status: 507, title: 'There is not enough free disk space' },

  // Media that cannot be used: found by the probe, shown on the asset
  media_empty: { status: 422, title: 'The file is empty' },
  media_unrecognized: { status: 422, title: 'This is not a video file that can be read' },
  media_format_not_allowed: { status: 422, title: 'This container format is not accepted' },
  media_codec_not_allowed: { status: 422, title: 'This codec is not accepted' },
  media_no_video: { status: 422, title: 'This file has no video track' },
  media_damaged: { status: 422, title: 'The file is damaged or incomplete' },
  media_too_large_picture: { status: 422, title: 'The picture is too large' },
  media_too_long: { status: 422, title: 'The video is too long' },
  media_too_many_streams: { status: 422, title: 'The file has too many tracks' },
  media_probe_limit: { status: 422, title: 'The file took too much time or memory to examine' },

  // Processing
  encode_failed: { status: 500, title: 'Encoding failed' },
  encode_frame_count: { status: 500, title: 'Encoding lost frames' },
  encode_stalled: { status: 500, title: 'Encoding stalled' },
  package_failed: { status: 500, title: 'Packaging failed' },

  // Playback
  not_entitled: { status: 403, title: 'This account may not watch this title' },
  asset_not_playable: { status: 409, title: 'This title is not ready to play yet' },
  too_many_streams: { status: 409, title: 'Too many streams are playing on this account' },
  playback_denied: { status: 403, title: 'This playback address is not valid, or not any more' },
} as const;

/** The stable code of a problem. */
export type ProblemCode = keyof typeof problems;

/** An error with a code of the catalogue. `message` is a sentence a person understands; `cause` keeps the origin. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** Machine-readable extras for the client (e.g. invalid fields). Never secrets. */
  readonly extras: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ProblemCode,
    message?: string,
    options?: { readonly cause?: unknown; readonly extras?: Readonly<Record<string, unknown>> },
  ) {
    super(message ?? problems[code].title, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = problems[code].status;
    this.title = problems[code].title;
    this.extras = options?.extras;
  }
}

/**
 * Something that an operator can do something about: the configuration, the machine, how a command was called.
 * `message` says what is wrong and what to do, so that it can be printed alone, without a stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** Turns whatever was thrown into an Error, keeping the original as `cause` when it was not one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Non-error thrown: ${String(thrown)}`, { cause: thrown });
}
