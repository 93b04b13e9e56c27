import { constants, readlinkSync, realpathSync } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/*
 * Opening files by name where somebody else may have put something under that name: a link to a file that is not
 * theirs, a pipe that keeps a thread waiting without end, a device. Windows has neither of these flags.
 */

/** Neither follows a link nor waits for somebody at the other end of a pipe. */
export const plainFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What stands under a name is no plain file. */
class NotPlainFile extends Error {
  override readonly name = 'NotPlainFile';
}

/**
 * Opens a file for reading that has just this one name. The folder that it is in must be the caller's own.
 * @throws NotPlainFile for links, files with a second name, pipes and devices; errors of the system
 */
export async function openPlainFile(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | plainFlags).catch((error: unknown) => {
    throw isLinkError(error) ? new NotPlainFile(`${path.basename(file)} is a link`, { cause: error }) : error;
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new NotPlainFile(`${path.basename(file)} is no file`);
    if (stats.nlink !== 1) throw new NotPlainFile(`${path.basename(file)} has a second name`);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What the system says where a link stands and none is followed (FreeBSD says EMLINK), or nobody reads a pipe. */
function isLinkError(error: unknown): boolean {
  return ['ELOOP', 'EMLINK', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Whether what was opened lies where its path says: no folder on the way was a link. `file` must begin with a real
 * path. Where the system does not tell of open files it is only looked up once more.
 */
export function isWhereItSays(descriptor: number, file: string): boolean {
  try {
    // In memory, whatever the file system is: not worth a thread. A file that was replaced meanwhile is told as gone.
    return readlinkSync(`/proc/self/fd/${descriptor}`).replace(/ \(deleted\)$/, '') === file;
  } catch {
    const folder = path.dirname(file);
    return realpathSync.native(folder) === folder;
  }
}

/** Whether a folder is there and neither it nor one above it is a link. */
export async function isRealFolder(folder: string): Promise<boolean> {
  return realpath(folder).then(
    (real) => real === folder,
    () => false,
  );
}

/** Whether a plain file stands under a name; it is not opened. */
export async function isPlainFile(file: string): Promise<boolean> {
  return lstat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
