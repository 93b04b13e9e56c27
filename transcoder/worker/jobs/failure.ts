import type { VersionJobName } from '../../../server/assets/version-jobs.ts';
import { videoProblems } from '../../../server/assets/problems.ts';
import { sharedProblems } from '../../../server/kit/problems.ts';
import type { WorkerContext } from '../context.ts';
import { problemOf } from './of-the-file.ts';

const ofTheServer = 'Nothing is known to be wrong with the file. Try again; if it fails again, ask the administrator';

const unknown = `The server could not process the video. ${ofTheServer}: the server's log says what happened.`;

/**
 * What people are told of failures that are not of the file. Never the message of the error: such messages quote a
 * program's words and our paths. The log has them.
 */
export const sentences: Readonly<Record<string, string>> = {
  [videoProblems.encode_failed.code]:
    `The server could not encode the video. ${ofTheServer}: the server's log says what happened.`,
  [videoProblems.encode_frame_count.code]:
    `Pictures or sound got lost while the server encoded the video. ${ofTheServer}: the server's log says where.`,
  [videoProblems.encode_interrupted.code]:
    `The encoder was stopped from outside again and again, probably for want of memory. ${ofTheServer} to look at the server's memory.`,
  [videoProblems.encode_stalled.code]:
    `The encoder stood still for too long, again and again. The server may be overloaded. ${ofTheServer}, who can allow more time (encode.stallSeconds).`,
  [videoProblems.package_failed.code]:
    `The server could not put the encoded parts together. ${ofTheServer}: the server's log says what happened.`,
  [videoProblems.process_failed.code]: unknown,
  [sharedProblems.insufficient_storage.code]:
    'The server had no room on its disk for the video. Make room, or ask the administrator to, and try again.',
};

/** What failed when nothing is known but the job. */
const codeOfJob: Record<VersionJobName, string> = {
  'version.prepare': videoProblems.process_failed.code,
  'version.remux': videoProblems.process_failed.code,
  'version.encode-video': videoProblems.encode_failed.code,
  'version.encode-audio': videoProblems.encode_failed.code,
  'version.package': videoProblems.package_failed.code,
  'version.offer-tracks': videoProblems.process_failed.code,
  'version.extract-text': videoProblems.process_failed.code,
};

/** A sentence ends with a full stop. */
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What an admin is told. What is wrong with the file, or with how the server is set up, is told as it was found. */
export function reasonOf(name: VersionJobName, error: Error): { readonly code: string; readonly message: string } {
  const problem = problemOf(error);
  const code = problem?.code ?? codeOfJob[name];
  const asFound = code.startsWith('media_') || code === videoProblems.encode_unsupported.code;
  return { code, message: asFound && problem ? sentence(problem.message) : (sentences[code] ?? unknown) };
}

/** The last try of one of its jobs failed: the version ends, and its other jobs with it. */
export async function failVersion(
  context: WorkerContext,
  name: VersionJobName,
  versionId: string,
  error: Error,
): Promise<void> {
  const reason = reasonOf(name, error);
  const logger = context.logger.child({ version: versionId, job: name, code: reason.code });
  // The version itself is whole and plays on as before; it is asked for again now and then.
  if (name === 'version.offer-tracks') return logger.error({ err: error }, 'other tracks could not be offered');
  if (!(await context.lifecycle.fail(versionId, reason))) return;
  // A file that cannot be used is no trouble of the server: one line says it.
  if (reason.code.startsWith('media_')) logger.info({ why: reason.message }, 'refused');
  else logger.error({ err: error }, 'version failed');
}
