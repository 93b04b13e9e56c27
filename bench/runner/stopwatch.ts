import { cpuSecondsOf, hasProcessFigures } from './process-tree.ts';

/** How long something took, and what it cost the server. */
export interface Cost {
  readonly seconds: number;
  /** Undefined where it is not known: another machine, another system. */
  readonly cpuSeconds: number | undefined;
}

/** Does something and measures it. @param pid of the server; undefined when it is not on this machine */
export async function costOf<T>(
  pid: number | undefined,
  work: () => Promise<T>,
): Promise<Cost & { readonly result: T }> {
  const isKnown = pid !== undefined && hasProcessFigures;
  const cpuBefore = isKnown ? cpuSecondsOf(pid) : 0;
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, cpuSeconds: isKnown ? cpuSecondsOf(pid) - cpuBefore : undefined, result };
}
