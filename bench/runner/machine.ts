import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a report was made. */
export interface Machine {
  /** Model of the processor. */
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Operating system and its kernel. */
  readonly system: string;
  readonly node: string;
  /** Versions of the programs that took part; those that are not there are missing. */
  readonly programs: Readonly<Record<string, string>>;
  /** Processes that wanted the processor before the scenario began (the load average of a minute). */
  readonly loadBefore: number;
}

/** How each program is asked for its version, and where it stands in the answer. */
const versionOf: Readonly<Record<string, { readonly args: readonly string[]; readonly pattern: RegExp }>> = {
  ffmpeg: { args: ['-version'], pattern: /^ffmpeg version (\S+)/ },
  nginx: { args: ['-v'], pattern: /nginx\/(\S+)/ },
  wrk: { args: ['-v'], pattern: /^wrk (.+?)(?: \[| Copyright|$)/m },
  'redis-server': { args: ['--version'], pattern: /v=(\S+)/ },
};

/** A program's version, or undefined where it is not installed. */
export async function programVersion(name: string, command = name): Promise<string | undefined> {
  const { args, pattern } = versionOf[name] ?? { args: ['--version'], pattern: /(\S+)/ };
  // wrk prints its version and then ends with an error.
  const printed = await run(command, args).catch((error: { stdout?: string; stderr?: string; code?: unknown }) =>
    error.code === 'ENOENT' ? undefined : error,
  );
  if (printed === undefined) return undefined;
  return pattern.exec(`${printed.stdout ?? ''}${printed.stderr ?? ''}`)?.[1] ?? 'unknown';
}

/** What this machine is. */
export async function describeMachine(): Promise<Machine> {
  const versions = await Promise.all(
    Object.keys(versionOf).map(async (name) => [name, await programVersion(name)] as const),
  );
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    programs: Object.fromEntries(versions.filter(([, version]) => version !== undefined)) as Record<string, string>,
    loadBefore: Number((os.loadavg()[0] ?? 0).toFixed(2)),
  };
}
