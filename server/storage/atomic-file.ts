import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError, toError } from '../kit/errors.ts';

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

async function sync(file: string, flags: string): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes `target` by having `fill` write a temporary file in `incoming` (same file system) and renaming it, so that
 * nobody ever sees a part. The content reaches the disk before the name does, and the name before this resolves:
 * what the database then says about it also holds after a power failure. Missing folders are made, also when
 * somebody removes them as empty in the same moment.
 * @throws ProblemError `insufficient_storage` when the disk is full; nothing is left behind then
 */
export async function replaceFile(
  target: string,
  incoming: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = path.join(incoming, `${process.pid}-${randomBytes(8).toString('hex')}`);
  const folder = path.dirname(target);
  try {
    await fill(temporary);
    await sync(temporary, 'r+');
    for (let attempt = 1; ; attempt++) {
      try {
        await rename(temporary, target);
        await sync(folder, 'r');
        return;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === 5) throw error;
        await mkdir(folder, { recursive: true });
      }
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error);
  }
}
