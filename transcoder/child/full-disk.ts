import { ProblemError } from '../../server/kit/errors.ts';

/** What the system, SQLite and PostgreSQL call a disk or a quota that is used up. */
const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100']);

/** Whether an error, or what caused it, is that there is no room left: nothing is wrong with the work, it must wait. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProblemError ? cause.code === 'insufficient_storage' : 'code' in cause && codes.has(cause.code)) return true;
  }
  return false;
}

/**
 * Whether a line of ffmpeg says so. Only lines about its outputs: what comes from a demuxer or a decoder (`[mov @ …]`)
 * may quote the file, and a file must not be able to make its work wait for ever.
 */
export function saysDiskFull(line: string): boolean {
  return /^(?:\[(?:out|[vas]ost)#[^\]]*\] )?[^[].*: (?:No space left on device|Disk quota exceeded)$/.test(line);
}
