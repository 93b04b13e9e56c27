import { readdirSync, readFileSync } from 'node:fs';

/** What the bench reads of one process in /proc/<pid>/stat (proc(5)). */
export interface ProcessFigures {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, its own and that of children that it waited for, in clock ticks. */
  readonly ticks: number;
  /** Its own alone. */
  readonly ownTicks: number;
  /** Resident memory in pages; pages that processes share are counted in each. */
  readonly pages: number;
}

/** Ticks a second, and bytes of a page: what Linux tells programs on every machine that Node runs on (USER_HZ). */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Whether this system tells what processes use. */
export const hasProcessFigures = process.platform === 'linux';

/** Reads a line of /proc/<pid>/stat: `pid (name) state ppid …`, where the name may hold anything. */
export function readStat(pid: number, stat: string): ProcessFigures {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields are counted from 1 in proc(5), and `state`, the first behind the name, is the third.
  const field = (number: number): number => Number(fields[number - 3]);
  const ownTicks = field(14) + field(15);
  return { pid, parent: field(4), ticks: ownTicks + field(16) + field(17), ownTicks, pages: field(24) };
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

/** Undefined when it has ended. */
function figuresOf(pid: number): ProcessFigures | undefined {
  try {
    return readStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

function everyProcess(): ProcessFigures[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (figuresOf(Number(name)) ?? []) : []));
}

/**
 * CPU seconds that a process and its children have used since they were started. Those that have ended count with who
 * waited for them, so the sum only grows.
 */
export function cpuSecondsOf(root: number): number {
  return treeOf(root, everyProcess()).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

/** Those that a process started from its first thread, as Node does; none when it has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * Looks at a process and its children again and again: what they used of the processor, and the most memory that they had
 * together. Unlike `cpuSecondsOf` it counts those that nobody waits for: bubblewrap leaves the program in its cage to the
 * system, and its time is lost to the server that asked for it. Missing is what each child does after the last look.
 */
export class TreeWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  /** Own time of each process when it was seen last; of those that were there at the start, less what they had then. */
  readonly #ticks = new Map<number, { last: number; before: number }>();
  #endedTicks = 0;
  #mostPages = 0;

  /** @param everyMs between two looks, in milliseconds */
  constructor(root: number, everyMs = 20) {
    this.#root = root;
    this.#look(true);
    this.#timer = setInterval(() => this.#look(false), everyMs);
  }

  #look(isFirst: boolean): void {
    let pages = 0;
    const pids = [this.#root];
    for (let index = 0; index < pids.length; index += 1) {
      const pid = pids[index] as number;
      const figures = figuresOf(pid);
      if (!figures) continue;
      pages += figures.pages;
      const seen = this.#ticks.get(pid);
      // A number that another process has got since.
      if (seen && figures.ownTicks < seen.last) this.#endedTicks += seen.last - seen.before;
      const isSame = seen && figures.ownTicks >= seen.last;
      this.#ticks.set(pid, { last: figures.ownTicks, before: isSame ? seen.before : isFirst ? figures.ownTicks : 0 });
      pids.push(...childrenOf(pid));
    }
    this.#mostPages = Math.max(this.#mostPages, pages);
  }

  /** Ends looking. `cpuSeconds` is user and system time since the beginning. */
  stop(): { readonly cpuSeconds: number; readonly memoryBytes: number } {
    clearInterval(this.#timer);
    this.#look(false);
    const ticks = [...this.#ticks.values()].reduce((sum, { last, before }) => sum + last - before, this.#endedTicks);
    return { cpuSeconds: ticks / ticksPerSecond, memoryBytes: this.#mostPages * pageBytes };
  }
}
