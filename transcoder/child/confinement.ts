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
  /** Path of prlimit(1), which bounds the address space. */
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

/**
 * The words to put before a program. The parent-death signal comes after the namespace: entering one clears it.
 * @param addressSpaceBytes most memory the program may map
 */
export function confinementWords(confinement: Confinement, addressSpaceBytes?: number): string[] {
  const limits =
    confinement.prlimit === undefined
      ? []
      : [
          confinement.prlimit,
          '--core=0',
          ...(addressSpaceBytes === undefined ? [] : [`--as=${Math.ceil(addressSpaceBytes)}`]),
          '--',
        ];
  return [...confinement.withoutNetwork, ...confinement.diesWithParent, ...limits];
}
