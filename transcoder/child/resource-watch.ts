import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { treeUse } from './process-tree.ts';

/** What all processes of a run may use together; the system itself bounds only each of them. */
export interface RunLimits {
  /** Most memory in use, in bytes. */
  readonly memoryBytes?: number;
  /** Most that its folders may grow, in bytes. */
  readonly writtenBytes?: number;
}

const everyMs = 250;

/** Bytes that folders take of their disk, with everything in them. What goes away meanwhile counts for nothing. */
export async function bytesIn(folders: readonly string[]): Promise<number> {
  let bytes = 0;
  const queue = [...folders];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) queue.push(file);
      else bytes += (await lstat(file).catch(() => undefined))?.blocks ?? 0;
    }
  }
  return bytes * 512;
}

/**
 * Looks a few times a second at what a run uses, and says once that it is too much.
 * @param before what its folders took when it began
 * @returns ends the watch
 */
export function watchUse(
  pid: number,
  limits: RunLimits,
  folders: readonly string[],
  before: number,
  onExceeded: (limit: 'memory' | 'disk') => void,
): () => void {
  const { memoryBytes = Infinity, writtenBytes = Infinity } = limits;
  let looking = false;
  const look = async (): Promise<void> => {
    if ((treeUse(pid)?.residentBytes ?? 0) > memoryBytes) onExceeded('memory');
    else if (writtenBytes < Infinity && (await bytesIn(folders)) - before > writtenBytes) onExceeded('disk');
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
