import { ProblemError, toError } from '../../server/kit/errors.ts';
import { sharedProblems, type Problem } from '../../server/kit/problems.ts';
import { uploadProblems } from './problems.ts';

/** Problems for the status that the tus library answers with. */
const problemByStatus: Readonly<Record<number, Problem>> = {
  404: sharedProblems.not_found,
  409: uploadProblems.upload_offset_conflict,
  410: uploadProblems.upload_gone,
  412: uploadProblems.tus_version_unsupported,
  413: uploadProblems.upload_too_large,
};

/** What the library threw (often a plain object `{ status_code, body }`) or one of our own hooks, as a problem. */
export function toUploadProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  const { status_code: status, body } = (thrown ?? {}) as { readonly status_code?: unknown; readonly body?: unknown };
  if (typeof status !== 'number') return new ProblemError('internal_error', undefined, { cause: toError(thrown) });
  return problemOfStatus(status, typeof body === 'string' ? body : '', thrown);
}

/** An answer of the library that is an error. 501 is how it refuses a deferred length or a concatenation. */
export function problemOfStatus(status: number, body: string, cause?: unknown): ProblemError {
  if (status >= 500 && status !== 501)
    return new ProblemError('internal_error', undefined, { cause: new Error(body || `tus ${status}`, { cause }) });
  if (status === 501)
    return new ProblemError(
      'invalid_request',
      'Give the length of the file in Upload-Length; it cannot be deferred, and uploads cannot be concatenated.',
    );
  const detail = body.trim();
  return new ProblemError(problemByStatus[status] ?? 'invalid_request', detail === '' ? undefined : detail, { cause });
}
