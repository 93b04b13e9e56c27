import { chmod, chown, lchown, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ChildAccess } from './cage.ts';
import type { Confinement } from './confinement.ts';

/**
 * Where children are another user than the server, which is root: gives them their folders, and lets their group read
 * their files. Nobody else sees more than before.
 */
export async function handOver({ runAs }: Confinement, { reads, writes }: ChildAccess): Promise<void> {
  if (!runAs) return;
  const { uid, gid } = runAs;
  for (const file of reads) {
    const { mode, gid: group, uid: owner } = await stat(file);
    if ((owner === uid && mode & 0o400) || (group === gid && mode & 0o040)) continue;
    await chown(file, owner, gid);
    await chmod(file, (mode & 0o777) | 0o040);
  }
  for (const folder of writes) {
    await lchown(folder, uid, gid);
    for (const entry of await readdir(folder, { recursive: true })) await lchown(path.join(folder, entry), uid, gid);
  }
}

/** A program left something that the server must not open: a program that does so was taken over by what it read. */
class UnexpectedOutput extends Error {
  override readonly name = 'UnexpectedOutput';
}

/** More than any run makes. */
const mostFiles = 100_000;

/**
 * Refuses links, devices, pipes, files with a second name and files that change the user who runs them: the server
 * opens what lies in these folders by name. Ask when the program and all that it started are gone.
 * @throws UnexpectedOutput
 */
export async function requirePlainFiles(folders: readonly string[]): Promise<void> {
  let left = mostFiles;
  const queue = [...folders];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    const names = await readdir(folder);
    left -= names.length;
    if (left < 0) throw new UnexpectedOutput(`More than ${mostFiles} files were made`);
    for (const name of names) {
      const file = path.join(folder, name);
      const stats = await lstat(file).catch((error: unknown) => {
        // Another run of the same job may work in the same folder.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      if (!stats) continue;
      if (stats.isDirectory()) queue.push(file);
      else if (!stats.isFile()) throw new UnexpectedOutput('Something that is no file was made');
      else if (stats.nlink !== 1) throw new UnexpectedOutput('A file with a second name was made');
      if (stats.mode & 0o6000) throw new UnexpectedOutput('A file was made that changes the user who runs it');
    }
  }
}
