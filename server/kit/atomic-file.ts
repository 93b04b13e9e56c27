import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/*
 * Replacing a file as one step, in two faces over one sequence: the content is written under another name on the same
 * file system, it reaches the disk, it takes the name, and the name reaches the disk. So nobody ever sees a part, and
 * what is said about the file afterwards also holds after a power failure.
 */

/** Windows opens no folder; its file systems keep a journal of renames. */
const folderReachesDiskByItself = process.platform === 'win32';

async function sync(file: string, flags: string): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes `target` of what `fill` writes to `temporary`. Missing folders of the target are made, for their owner only, also when somebody
 * removes them as empty in the same moment.
 * @throws whatever a step throws; `temporary` is removed then
 */
export async function replaceFile(
  target: string,
  temporary: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  try {
    await fill(temporary);
    await takeName(target, temporary, () => rename(temporary, target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes `target` like `replaceFile`, unless something stands there: then nothing is made, and it returns false. Of
 * several at once, one makes it.
 * @throws whatever a step throws, also where the file system has no hard links: there is no other way to take a name
 *   that is free, with all of the content, in one step
 */
export async function createFile(
  target: string,
  temporary: string,
  fill: (temporary: string) => Promise<void>,
): Promise<boolean> {
  try {
    await fill(temporary);
    await takeName(target, temporary, () => link(temporary, target));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function takeName(target: string, temporary: string, take: () => Promise<void>): Promise<void> {
  const folder = path.dirname(target);
  await sync(temporary, 'r+');
  for (let attempt = 1; ; attempt++) {
    try {
      await take();
      if (!folderReachesDiskByItself) await sync(folder, 'r');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error;
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
  }
}

function syncFolderSync(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes `target`, in a folder that exists, readable by its owner only. Until then the content lies in `<target>.new`,
 * where the next call replaces what a killed process left: one process at a time may call it for a target.
 * @throws whatever a step throws; no part is left then
 */
export function replaceFileSync(target: string, content: string): void {
  const temporary = `${target}.new`;
  rmSync(temporary, { force: true });
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (!folderReachesDiskByItself) syncFolderSync(path.dirname(target));
}
