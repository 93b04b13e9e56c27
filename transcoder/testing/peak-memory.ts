import { treeUse } from '../child/process-tree.ts';

/**
 * The most memory that programs took which this process started meanwhile, in MB, and what the work threw. Looked at
 * every few milliseconds, in Linux's `/proc`.
 */
export async function peakMegabytes(
  work: () => Promise<unknown>,
): Promise<{ readonly peak: number; readonly thrown: unknown }> {
  let peak = 0;
  const timer = setInterval(() => {
    const all = treeUse(process.pid)?.residentBytes ?? 0;
    peak = Math.max(peak, all - process.memoryUsage.rss());
  }, 5);
  try {
    await work();
    return { peak: peak / 1e6, thrown: undefined };
  } catch (thrown) {
    return { peak: peak / 1e6, thrown };
  } finally {
    clearInterval(timer);
  }
}
