import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';

/**
 * Private folders for what is under way: jobs, bytes that wait for their checksum. Each process works under
 * `<root>/<pid>-<start time>/` and opens it once; what a killed process left is removed by the next one that starts
 * on the machine (its pid is dead, or was given to a younger process).
 */
export class Scratch {
  readonly #root: string;
  readonly #own: string;

  private constructor(root: string, own: string) {
    this.#root = root;
    this.#own = own;
  }

  static async open(root: string): Promise<Scratch> {
    const own = path.join(root, `${process.pid}-${Math.round(performance.timeOrigin)}`);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const scratch = new Scratch(root, own);
    await scratch.#removeAbandoned();
    return scratch;
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.#root)) {
      const folder = path.join(this.#root, name);
      if (folder !== this.#own && !isRunning(Number(name.split('-')[0])))
        await rm(folder, { recursive: true, force: true });
    }
  }

  /** A fresh folder that stays until the process ends, unless it is removed before. */
  folder(label: string): Promise<string> {
    return mkdtemp(path.join(this.#own, `${label}-`));
  }

  /** Runs `work` in a fresh folder that is removed afterwards, whatever happens. */
  async with<T>(label: string, work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await this.folder(label);
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Free bytes of the disk that these folders are on. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#own);
    return bavail * bsize;
  }

  /** Removes everything of this process. */
  async close(): Promise<void> {
    await rm(this.#own, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
