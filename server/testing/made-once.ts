import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';

/** The folder that all test files of one run share. The runner sets it; a file run by hand has none. */
const sharedVariable = 'DRAMABOX_TEST_SHARED';

const inHand = new Map<string, Promise<void>>();

/**
 * Puts at `file` what `make` makes, which depends on `key` alone, but makes it only once in a run: later callers, in
 * whatever test file, get a copy, which is theirs to change. Makers in two processes at once do not disturb each other.
 */
export async function madeOnce(key: unknown, file: string, make: (target: string) => Promise<void>): Promise<void> {
  const folder = process.env[sharedVariable];
  if (folder === undefined) return make(file);
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32) + path.extname(file);
  const kept = path.join(folder, name);
  const makeKept = async (): Promise<void> => {
    if (existsSync(kept)) return;
    const unfinished = path.join(folder, `${randomUUID()}${path.extname(file)}`);
    await make(unfinished);
    await rename(unfinished, kept);
  };
  const making = inHand.get(kept) ?? makeKept();
  inHand.set(kept, making);
  await making.finally(() => inHand.delete(kept));
  await copyFile(kept, file, constants.COPYFILE_FICLONE);
}
