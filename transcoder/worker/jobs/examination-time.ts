import os from 'node:os';

/** A first look: nearly every source is known by then, and one that is not holds its place no longer. In milliseconds. */
const firstLookMs = 15_000;
/** What every file may take, however small: machines are slow when they encode. In milliseconds. */
const leastMs = 30_000;
/** What a busy machine examines of a dense file, in bytes a millisecond. */
const examinedRate = 1000;
/** How slowly a disk may be read, in bytes a millisecond. */
const readRate = 10_000;

/**
 * How long the whole examination of a source may take, in milliseconds: in proportion to its bytes, for a small file
 * that takes minutes was made to. The configured limit bounds all but the reading.
 * @param isFirstLook whether another lane goes on with what takes longer
 */
export function examinationMs(bytes: number, limitSeconds: number, isFirstLook: boolean): number {
  if (isFirstLook) return firstLookMs;
  return Math.ceil(Math.min(limitSeconds * 1000, leastMs + bytes / examinedRate) + bytes / readRate);
}

/** A machine so busy that nothing would ever be too late is no machine to wait for. */
const mostStretch = 8;
const tickMs = 1000;

/**
 * How much of a second on the clock counts: 1 when a core is free for each program; with twice as many programs
 * that want to run as there are cores, each gets half of one.
 * @param load programs that run or want to, on average of the last minute (`os.loadavg`)
 */
export function countedShare(load: number, cores: number): number {
  return Math.max(1 / mostStretch, Math.min(1, cores / load));
}

/**
 * Aborts after so many milliseconds of a machine that has time. Where it has not, an honest file takes longer as well,
 * and the clock alone would refuse it for good.
 * @param done ends the counting
 */
export function deadlineOf(milliseconds: number, done: AbortSignal): AbortSignal {
  const late = new AbortController();
  let left = milliseconds;
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    // Of the whole machine, as the load is, whatever this process may use of it.
    const share = countedShare(os.loadavg()[0] ?? 0, os.cpus().length);
    const rest = Math.min(tickMs, left / share);
    timer = setTimeout(() => {
      left -= rest * share;
      if (left > 0.5) tick();
      else late.abort(new Error(`It took more than ${milliseconds} ms`));
    }, rest);
    timer.unref();
  };
  tick();
  done.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return late.signal;
}
