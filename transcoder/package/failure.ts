import { ProblemError } from '../../server/kit/errors.ts';

/** The one error of packaging: what came out (or went in) is not what the plan says. */
export function packageFailed(message: string, cause?: unknown): ProblemError {
  return new ProblemError('package_failed', message, cause === undefined ? undefined : { cause });
}
