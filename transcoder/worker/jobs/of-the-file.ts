import { ProblemError } from '../../../server/kit/errors.ts';
import type { MediaInfo } from '../../../server/assets/media-info.ts';
import { videoProblems } from '../../../server/assets/problems.ts';

/*
 * Whose fault a failure is decides whether trying again can help.
 *
 * Of the file for sure: everything the probe refuses (`media_…`). It is final at once.
 * Of the file perhaps: a program that ended by itself, or what it made is not what was planned. The same program with the
 * same arguments on the same file does the same again, unless the machine was in its way; so the work is done once more at
 * once, and what fails a second time in the same way is of the file, and final.
 * Of the machine: killed from outside, no progress, no room, no memory, a disk that cannot be read. The queue tries again.
 */

/** Codes of failures that are perhaps of the file. */
const repeatable: ReadonlySet<string> = new Set<keyof typeof videoProblems>(['encode_failed', 'encode_frame_count']);

/** What programs say when the machine is in their way. A file that makes them say it is only tried more often. */
const ofTheMachine =
  /Input\/output error|Cannot allocate memory|Permission denied|No such file or directory|error while loading shared libraries|Resource temporarily unavailable|Too many open files|Read-only file system|Stale file handle|Unrecognized option|Option not found|Unknown encoder|\bE(?:NOENT|ACCES|AGAIN|NOMEM|IO|MFILE|ROFS)\b/;

/** The problem that an error is or was caused by. */
export function problemOf(error: unknown): ProblemError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof ProblemError) return cause;
  return undefined;
}

/** Whether trying again cannot help: it would find the same in the file, or in how this server was set up. */
export function isFinal(error: unknown): boolean {
  const code = problemOf(error)?.code;
  return code !== undefined && (code.startsWith('media_') || code === videoProblems.encode_unsupported.code);
}

function perhapsOfTheFile(error: unknown): ProblemError | undefined {
  const problem = problemOf(error);
  if (!problem || !repeatable.has(problem.code)) return undefined;
  for (let cause: unknown = problem; cause instanceof Error; cause = cause.cause)
    if (ofTheMachine.test(cause.message)) return undefined;
  return problem;
}

/** Addresses in memory differ from run to run. */
const comparable = ({ code, message }: ProblemError): string => `${code} ${message.replace(/0x[0-9a-f]+/g, '0x')}`;

/** What was to be converted, in words: "The picture near 0:08". */
interface Converted {
  readonly what: string;
  readonly source: Pick<MediaInfo, 'format' | 'video'>;
}

function notConvertible({ what, source }: Converted, problem: ProblemError): ProblemError {
  const { expected, actual } = problem.extras ?? {};
  const why =
    typeof expected === 'number' && typeof actual === 'number'
      ? `${actual} parts came out where ${expected} were expected, twice`
      : 'the program gave up on it twice in the same way';
  return new ProblemError(
    videoProblems.media_not_convertible,
    `${what} of this file (${source.video.codec} in ${source.format}) cannot be converted: ${why}. Export the video as H.264 with AAC sound in MP4 and upload that`,
    { cause: problem },
  );
}

/**
 * Does work that fails perhaps for the file once more.
 * @throws ProblemError media_not_convertible when both fail in the same way; else what the second one threw
 */
export async function twiceIfOfTheFile<T>(converted: () => Converted, work: () => Promise<T>): Promise<T> {
  let first: ProblemError;
  try {
    return await work();
  } catch (error) {
    const problem = perhapsOfTheFile(error);
    if (!problem) throw error;
    first = problem;
  }
  try {
    return await work();
  } catch (error) {
    const second = perhapsOfTheFile(error);
    if (second && comparable(first) === comparable(second)) throw notConvertible(converted(), second);
    throw error;
  }
}
