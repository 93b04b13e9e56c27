import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import autocannon from 'autocannon';
import { BenchError } from '../runner/bench-error.ts';
import { runChild } from '../runner/child-process.ts';
import type { Releasers } from '../runner/releasers.ts';

/** What is asked for, again and again: request n takes entry n of each list, begun anew when it is over. */
export interface Requests {
  /** `http://127.0.0.1:1234`, without a path. */
  readonly origin: string;
  readonly method?: 'GET' | 'POST';
  /** Beginnings of paths, from the `/` on: one for each session, say. */
  readonly prefixes: readonly string[];
  /** Ends of paths. */
  readonly files: readonly string[];
  /** Headers to send, one set or one for each account. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  /** JSON, on one line. */
  readonly body?: string;
}

export interface Load extends Requests {
  readonly connections: number;
  readonly seconds: number;
}

/** What came back. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Read by the client, heads included. */
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Puts a server under load. */
export interface LoadGenerator {
  readonly name: 'wrk' | 'autocannon';
  /** @throws BenchError when an answer is a refusal, or a connection breaks: a figure with such in it says nothing */
  run(load: Load): Promise<LoadResult>;
}

interface Counted extends LoadResult {
  readonly refused: number;
  readonly broken: number;
}

/** Lets through what was answered in full. @throws BenchError */
export function assertAnswered(load: Pick<Load, 'origin'>, counted: Counted): LoadResult {
  const { refused, broken, ...result } = counted;
  if (refused > 0 || broken > 0)
    throw new BenchError(
      `${load.origin} refused ${refused} of ${result.requests} requests, and ${broken} connections broke or took too long`,
    );
  if (result.requests === 0) throw new BenchError(`${load.origin} answered nothing within ${result.seconds} s`);
  return result;
}

/** Headers as they are sent, each ended by a tab in place of the line's end. */
const headerLine = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\t`)
    .join('');

/** The file that `requests.lua` reads. */
export function requestFile({ method = 'GET', prefixes, files, headers = [{}], body = '' }: Requests): string {
  const lines = [
    `M ${method}`,
    ...prefixes.map((each) => `P ${each}`),
    ...files.map((each) => `F ${each}`),
    ...headers.map((each) => `H ${headerLine(each)}`),
    `B ${body}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** How long is waited for the first answer at most, in seconds. */
const longestSeconds = 30;

async function runWrk({ origin, connections, seconds }: Load, file: string, releasers: Releasers): Promise<Counted> {
  const script = path.join(import.meta.dirname, 'requests.lua');
  const size = [`-c${connections}`, `-d${Math.max(1, Math.round(seconds))}s`, '--timeout', '30s'];
  const args = ['-t1', ...size, '-s', script, origin, '--', file];
  const output = await runChild({ name: 'wrk', command: 'wrk', args, releasers });
  const line = output.split('\n').findLast((each) => each.startsWith('{'));
  if (line === undefined) throw new BenchError(`wrk did not say what it measured:\n${output}`);
  return JSON.parse(line) as Counted;
}

/** wrk in one thread, which leaves the other cores to the server. */
export function wrkGenerator(folder: string, releasers: Releasers): LoadGenerator {
  let runs = 0;
  return {
    name: 'wrk',
    async run(load) {
      const file = path.join(folder, `requests-${(runs += 1)}.txt`);
      await writeFile(file, requestFile(load), { mode: 0o600 });
      try {
        // A machine may be so busy that nothing comes through at first.
        for (let seconds = load.seconds; ; seconds *= 2) {
          const counted = await runWrk({ ...load, seconds }, file, releasers);
          if (counted.requests > 0 || seconds >= longestSeconds) return assertAnswered(load, counted);
        }
      } finally {
        await rm(file, { force: true });
      }
    },
  };
}

/** autocannon in this process: for machines without wrk. It takes more of a core than wrk does. */
export function autocannonGenerator(): LoadGenerator {
  return {
    name: 'autocannon',
    async run({ method = 'GET', headers = [{}], ...load }) {
      let count = 0;
      const at = <T>(list: readonly T[]): T => list[count % list.length] as T;
      const result = await autocannon({
        url: load.origin,
        connections: load.connections,
        duration: load.seconds,
        timeout: 30,
        requests: [
          {
            method,
            ...(load.body === undefined ? {} : { body: load.body }),
            setupRequest: (request) => {
              const target = { ...request, path: `${at(load.prefixes)}${at(load.files)}`, headers: { ...at(headers) } };
              count += 1;
              return target;
            },
          },
        ],
      });
      return assertAnswered(load, {
        requests: result.requests.total,
        seconds: result.duration,
        bytes: result.throughput.total,
        refused: result.non2xx,
        broken: result.errors + result.timeouts,
        p50Ms: result.latency.p50,
        p99Ms: result.latency.p99,
      });
    },
  };
}
