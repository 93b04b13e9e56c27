import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { replaceFile as replaceAtOnce } from '../kit/atomic-file.ts';
import { writeError } from '../kit/system-errors.ts';

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
