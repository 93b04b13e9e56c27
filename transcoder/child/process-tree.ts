import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the processor time of processes in hundredths of a second, whatever the kernel was built with. */
const ticksMs = 10;
const pageBytes = 4096;
/** More than a run may have. */
const mostProcesses = 2000;

/** What a process uses with everything that it started. */
export interface TreeUse {
  /** Processor time so far, in milliseconds, those included that have ended and were waited for. */
  readonly cpuMs: number;
  /** Memory in use, in bytes; what processes share is counted for each. */
  readonly residentBytes: number;
  /** Processes and their threads. */
  readonly threads: number;
}

/** The use of a running process and of all below it; undefined when it is gone or the system does not tell. */
export function treeUse(pid: number): TreeUse | undefined {
  let cpuMs = 0;
  let residentBytes = 0;
  let threads = 0;
  const pids = [pid];
  // It may have more by the time it is looked at, and those that were there may be gone.
  for (let at = 0; at < pids.length && at < mostProcesses; at++) {
    const use = processUse(pids[at] as number);
    if (!use) {
      if (at === 0) return undefined;
      continue;
    }
    cpuMs += use.cpuMs;
    residentBytes += use.residentBytes;
    threads += use.threads;
    pids.push(...childrenOf(pids[at] as number));
  }
  return { cpuMs, residentBytes, threads };
}

function processUse(pid: number): TreeUse | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it may hold anything, brackets included: utime, stime and those of ended children are the 14th to
    // 17th field, the number of threads the 20th, the resident pages the 24th (proc_pid_stat(5)).
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
    return Number.isFinite(ticks)
      ? { cpuMs: ticks * ticksMs, residentBytes: (fields[21] ?? 0) * pageBytes, threads: fields[17] ?? 1 }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Each thread has children of its own. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
