import { readFileSync } from 'node:fs';

/** Linux counts the processor time of processes in hundredths of a second, whatever the kernel was built with. */
const ticksMs = 10;

/** Processor time a running process has used, in milliseconds; undefined when it is gone or the system does not tell. */
export function cpuTimeMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it may hold anything, brackets included: utime and stime are the 14th and 15th field.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    const ticks = (user ?? Number.NaN) + (system ?? Number.NaN);
    return Number.isFinite(ticks) ? ticks * ticksMs : undefined;
  } catch {
    return undefined;
  }
}
