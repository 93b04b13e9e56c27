import { BenchError } from '../runner/bench-error.ts';
import type { Contender, Figure, Outcome } from '../runner/measurement.ts';
import { cpuSecondsOf, hasProcessFigures } from '../runner/process-tree.ts';
import type { Load, LoadGenerator } from '../load/load.ts';

/** What is measured of everybody who answers requests. */
export const servingFigures: readonly Figure[] = [
  { key: 'cpu', name: 'CPU of the server', unit: 'us per request' },
  { key: 'rate', name: 'throughput', unit: 'requests/s' },
  { key: 'p99', name: 'slowest hundredth', unit: 'ms' },
];

/**
 * A server under load.
 * @param pid of the server; undefined when it is not on this machine
 * @param smallest bytes that an answer has at least, on average: less than that is not what was asked for
 */
export function servingContender(options: {
  readonly name: string;
  readonly pid: number | undefined;
  readonly generator: LoadGenerator;
  readonly load: () => Load | Promise<Load>;
  readonly smallest: number;
}): Contender {
  const { name, pid, generator, smallest } = options;
  const cpu = (): number => (pid === undefined || !hasProcessFigures ? Number.NaN : cpuSecondsOf(pid));
  return {
    name,
    async run(): Promise<Outcome> {
      const load = await options.load();
      const before = cpu();
      const { requests, seconds, bytes, p99Ms } = await generator.run(load);
      const used = cpu() - before;
      if (bytes < requests * smallest)
        throw new BenchError(`${name} sent ${bytes} bytes for ${requests} requests: less than what was asked for`);
      return { rate: requests / seconds, p99: p99Ms, ...(Number.isNaN(used) ? {} : { cpu: (used * 1e6) / requests }) };
    },
  };
}
