import { ProblemError, toError } from './errors.ts';

/** The error code of a failed system call (`ENOENT` …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed write as the error that callers know: a full disk or quota gets the catalogue's code. */
export function writeError(error: unknown): Error {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ProblemError('insufficient_storage', undefined, { cause: error });
  return toError(error);
}
