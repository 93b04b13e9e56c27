import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/**
 * What this system offers to keep a media program in bounds. Each word list goes before the program's own words;
 * an empty list means that the system has no such thing.
 */
export interface Confinement {
  /** Runs in an empty network namespace, so that not even a bug in a demuxer reaches the network. */
  readonly withoutNetwork: readonly string[];
  /** Has the kernel kill the program when this process dies, however it dies. */
  readonly diesWithParent: readonly string[];
  /** Path of prlimit(1), which bounds memory, processor time and files. */
  readonly prlimit: string | undefined;
}

/** Nothing at all: what a system without util-linux offers. */
export const unconfined: Confinement = { withoutNetwork: [], diesWithParent: [], prlimit: undefined };

/** The absolute path of the first executable `name` on `searchPath`, or undefined. */
export async function findOnPath(name: string, searchPath = process.env['PATH'] ?? ''): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // not there: look on
    }
  }
  return undefined;
}

function succeeds(words: readonly string[]): Promise<boolean> {
  const [command = '', ...args] = words;
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 5000, killSignal: 'SIGKILL' }, (error) => resolve(error === null));
  });
}

/** Tries what the system has; containers and hardened kernels forbid some of it, which only a try can tell. */
export async function findConfinement(): Promise<Confinement> {
  if (process.platform !== 'linux') return unconfined;
  const [nothing, unshare, setpriv, prlimit] = await Promise.all([
    findOnPath('true'),
    findOnPath('unshare'),
    findOnPath('setpriv'),
    findOnPath('prlimit'),
  ]);
  if (!nothing) return unconfined;
  const withoutNetwork = unshare ? [unshare, '--map-current-user', '--net', '--'] : [];
  const diesWithParent = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
  const [network, death, limit] = await Promise.all([
    withoutNetwork.length > 0 && succeeds([...withoutNetwork, nothing]),
    diesWithParent.length > 0 && succeeds([...diesWithParent, nothing]),
    prlimit !== undefined && succeeds([prlimit, '--core=0', '--', nothing]),
  ]);
  return {
    withoutNetwork: network ? withoutNetwork : [],
    diesWithParent: death ? diesWithParent : [],
    prlimit: limit ? prlimit : undefined,
  };
}

/** What a program may use up, where the system can bound it. */
export interface ProcessLimits {
  /** Most memory that it may map, in bytes. */
  readonly addressSpaceBytes?: number;
  /** Processor time of all its threads, in seconds; then SIGXCPU ends it. */
  readonly cpuSeconds?: number;
  /** Largest file that it may write, in bytes; then SIGXFSZ ends it. */
  readonly fileBytes?: number;
}

/** The words to put before a program. The parent-death signal comes after the namespace: entering one clears it. */
export function confinementWords(confinement: Confinement, limits: ProcessLimits = {}): string[] {
  const { addressSpaceBytes, cpuSeconds, fileBytes } = limits;
  const cpu = Math.ceil(cpuSeconds ?? 0);
  const bounds =
    confinement.prlimit === undefined
      ? []
      : [
          confinement.prlimit,
          '--core=0',
          ...(addressSpaceBytes === undefined ? [] : [`--as=${Math.ceil(addressSpaceBytes)}`]),
          // At the hard limit the signal would be SIGKILL, which anybody may have sent.
          ...(cpuSeconds === undefined ? [] : [`--cpu=${cpu}:${cpu + 5}`]),
          ...(fileBytes === undefined ? [] : [`--fsize=${Math.ceil(fileBytes)}`]),
          '--',
        ];
  return [...confinement.withoutNetwork, ...confinement.diesWithParent, ...bounds];
}
