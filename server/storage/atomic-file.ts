import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { replaceFile as replaceAtOnce } from '../kit/atomic-file.ts';
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

/**
 * Makes `target` of what `fill` writes to a temporary file in `incoming` (same file system), as one step that holds
 * once this resolves. Missing folders are made.
 * @throws ProblemError `insufficient_storage` when the disk is full; nothing is left behind then
 */
export async function replaceFile(
  target: string,
  incoming: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = path.join(incoming, `${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    await replaceAtOnce(target, temporary, fill);
  } catch (error) {
    throw writeError(error);
  }
}
