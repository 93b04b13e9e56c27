import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { treeUse } from './process-tree.ts';

/** What all processes of a run may use together. The system itself bounds each of them, and not everywhere. */
export interface RunLimits {
  /** Most memory in use, in bytes. */
  readonly memoryBytes?: number;
  /** Most that its folders may grow, in bytes. */
  readonly writtenBytes?: number;
  /** Processor time of all its threads, in seconds. */
  readonly cpuSeconds?: number;
  /** Most processes and threads at a time. */
  readonly processes?: number;
}

/** What a run took too much of. */
export type ExceededUse = 'memory' | 'disk' | 'processor time' | 'processes';

const everyMs = 250;
/** Those that confine the program, above it. */
const confiningProcesses = 8;

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
  onExceeded: (limit: ExceededUse) => void,
): () => void {
  const { memoryBytes = Infinity, writtenBytes = Infinity, cpuSeconds = Infinity, processes = Infinity } = limits;
  let looking = false;
  const look = async (): Promise<void> => {
    const use = treeUse(pid);
    if (use && use.residentBytes > memoryBytes) onExceeded('memory');
    else if (use && use.cpuMs > cpuSeconds * 1000) onExceeded('processor time');
    else if (use && use.threads > processes + confiningProcesses) onExceeded('processes');
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
