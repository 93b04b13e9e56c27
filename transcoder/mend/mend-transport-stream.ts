import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';
import { clockProblem } from './clock-problem.ts';
import { rewriteTransportStream } from './rewrite.ts';
import { planMending, surveyTransportStream, type Mending } from './survey.ts';

function warningsOf({ jumps, otherProgrammes, otherPictureSeconds }: Mending): Warning[] {
  return [
    ...(jumps > 0 ? [videoWarnings.clock_jumps_repaired({ jumps })] : []),
    ...(otherProgrammes > 0 ? [videoWarnings.programmes_left_out({ programmes: otherProgrammes })] : []),
    ...(otherPictureSeconds > 0 ? [videoWarnings.other_picture_left_out({ seconds: otherPictureSeconds })] : []),
  ];
}

/**
 * Looks through a whole transport stream and, where it is not in order, writes one that is.
 * @param target absolute path of the file to make
 * @returns undefined when the source is in order and nothing was written
 * @throws ProblemError media_damaged when its clock jumps too often; the signal's reason when aborted
 */
export async function mendTransportStream(
  source: string,
  target: string,
  signal?: AbortSignal,
): Promise<{ readonly warnings: readonly Warning[] } | undefined> {
  try {
    const mending = planMending(await surveyTransportStream(source, signal));
    if (!mending) return undefined;
    await rewriteTransportStream(source, target, mending, signal);
    return { warnings: warningsOf(mending) };
  } catch (error) {
    throw clockProblem(error);
  }
}
