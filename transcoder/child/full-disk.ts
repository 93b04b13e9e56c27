import { randomBytes, randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../server/kit/errors.ts';

/** What the system, SQLite and PostgreSQL call a disk or a quota that is used up. */
const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100']);

/** Whether an error, or what caused it, is that there is no room left: nothing is wrong with the work, it must wait. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (
      cause instanceof ProblemError ? cause.code === 'insufficient_storage' : 'code' in cause && codes.has(cause.code)
    )
      return true;
  }
  return false;
}

/**
 * Whether a line of ffmpeg says so. A hint, no proof: messages quote the file, line breaks and all, and a file must
 * not be able to make its work wait without end. `lacksRoom` tells.
 */
export function saysDiskFull(line: string): boolean {
  return /^(?:\[(?:out|[vas]ost)#[^\]]*\] )?[^[].*: (?:No space left on device|Disk quota exceeded)$/.test(line);
}

const roomBytes = 1024 * 1024;

/**
 * Whether a MiB more cannot be written into a folder, for want of space, of file entries or by a quota: only writing
 * tells of all three. Ask while what filled the disk is still there. What else may be wrong with the folder is no answer.
 */
export async function lacksRoom(folder: string): Promise<boolean> {
  const file = path.join(folder, `.room-${randomUUID()}`);
  try {
    // Random, for file systems that compress.
    await writeFile(file, randomBytes(roomBytes), { flag: 'wx' });
    return false;
  } catch (error) {
    return isDiskFull(error);
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
