import { readdirSync, readFileSync } from 'node:fs';

/** What the bench reads of one process in /proc/<pid>/stat (proc(5)). */
export interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, its own and that of children that it waited for, in clock ticks. */
  readonly ticks: number;
  /** Resident memory in pages; pages that processes share are counted in each. */
  readonly pages: number;
}

/** Ticks a second, and bytes of a page: what Linux tells programs on every machine that Node runs on (USER_HZ). */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Whether this system tells what processes use. */
export const hasProcessFigures = process.platform === 'linux';

/** CPU seconds of all children of this process that have ended, with their children. */
export function cpuSecondsOfEnded(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** Reads a line of /proc/<pid>/stat: `pid (name) state ppid …`, where the name may hold anything. */
export function readStat(pid: number, stat: string): ProcessFigures {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields are counted from 1 in proc(5), and `state`, the first behind the name, is the third.
  const field = (number: number): number => Number(fields[number - 3]);
  return { pid, parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), pages: field(24) };
}

/** The process and everything that descends from it. */
export function treeOf(root: number, all: readonly ProcessFigures[]): ProcessFigures[] {
  const children = new Map<number, ProcessFigures[]>();
  for (const each of all) children.set(each.parent, [...(children.get(each.parent) ?? []), each]);
  const found = all.filter(({ pid }) => pid === root);
  for (let index = 0; index < found.length; index += 1)
    found.push(...(children.get((found[index] as ProcessFigures).pid) ?? []));
  return found;
}

function everyProcess(): ProcessFigures[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [readStat(Number(name), readFileSync(`/proc/${name}/stat`, 'utf8'))];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/**
 * CPU seconds that a process and its children have used since they were started. Those that have ended count with who
 * waited for them, so the sum only grows.
 */
export function cpuSecondsOf(root: number): number {
  return treeOf(root, everyProcess()).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

/** Resident memory of a process and its children, in bytes. */
export function memoryOf(root: number): number {
  return treeOf(root, everyProcess()).reduce((sum, { pages }) => sum + pages, 0) * pageBytes;
}

/** Looks at a process and its children again and again, and keeps the most memory that they had together. */
export class PeakMemory {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor(root: number, everyMs = 100) {
    this.#root = root;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  #look(): void {
    this.#most = Math.max(this.#most, memoryOf(this.#root));
  }

  /** Ends looking; returns bytes. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#most;
  }
}
