import { ProblemError } from '../../../server/kit/errors.ts';
import { sharedProblems, type Problem } from '../../../server/kit/problems.ts';
import type { VersionJobName } from '../../../server/assets/version-jobs.ts';
import type { WorkerContext } from '../context.ts';
import { videoProblems } from '../../../server/assets/problems.ts';

/** What failed when nothing is known but the job. */
const problemOfJob: Record<VersionJobName, Problem> = {
  'version.prepare': sharedProblems.internal_error,
  'version.remux': sharedProblems.internal_error,
  'version.encode-video': videoProblems.encode_failed,
  'version.encode-audio': videoProblems.encode_failed,
  'version.package': videoProblems.package_failed,
};

/** The problem that an error is or was caused by. */
export function problemOf(error: unknown): ProblemError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof ProblemError) return cause;
  return undefined;
}

/**
 * What an admin is told. What is wrong with the file is told as it was found; what went wrong here by its title only,
 * for such messages may quote a program's words and our paths. The log has them.
 */
function reasonOf(name: VersionJobName, error: Error): { readonly code: string; readonly message: string } {
  const problem = problemOf(error);
  if (problem?.code.startsWith('media_')) return { code: problem.code, message: problem.message };
  const { code, title } = problem ?? problemOfJob[name];
  return { code, message: `${title}. The server's log has the details; try again.` };
}

/** The last try of one of its jobs failed: the version ends, and its other jobs with it. */
export async function failVersion(
  context: WorkerContext,
  name: VersionJobName,
  versionId: string,
  error: Error,
): Promise<void> {
  const reason = reasonOf(name, error);
  const logger = context.logger.child({ version: versionId });
  logger.error({ err: error, job: name, code: reason.code }, 'version failed');
  await context.lifecycle.fail(versionId, reason);
}
