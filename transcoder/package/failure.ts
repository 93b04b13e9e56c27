import { ProblemError } from '../../server/kit/errors.ts';
import { videoProblems } from '../../server/assets/problems.ts';

/**
 * The packager was killed or could not be started: the machine is short of something, or somebody ended it. It says
 * nothing about what it was given.
 */
export class PackagerInterrupted extends Error {
  override readonly name = 'PackagerInterrupted';
}

/** The one error of packaging itself: what came out (or went in) is not what the plan says. */
export function packageFailed(message: string, cause?: unknown): ProblemError {
  return new ProblemError(videoProblems.package_failed, message, cause === undefined ? undefined : { cause });
}
