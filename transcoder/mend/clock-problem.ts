import { ProblemError } from '../../server/kit/errors.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import { ClockJumpsTooOften } from './clock-line.ts';

/** What is told of a clock that cannot be followed; other errors stay what they are. */
export function clockProblem(error: unknown): unknown {
  if (!(error instanceof ClockJumpsTooOften)) return error;
  return new ProblemError(
    videoProblems.media_damaged,
    'The file is damaged: its clock jumps so often that its pictures have no order. Export the video again and upload that',
    { cause: error },
  );
}
