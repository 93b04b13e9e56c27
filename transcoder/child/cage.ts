import path from 'node:path';
import type { Confinement, SystemPlace } from './confinement.ts';
import type { RunLimits } from './resource-watch.ts';

/** What a run may touch. Everything else of the machine is out of its sight, where the system can hide it. */
export interface ChildAccess {
  /** Absolute path of the program. */
  readonly command: string;
  /** Absolute paths of the files that it reads. */
  readonly reads: readonly string[];
  /** Absolute paths of the folders that it writes to. */
  readonly writes: readonly string[];
}

/** What a program may use up, where the system can bound it. */
interface ProcessLimits {
  /** Most memory that it may map, in bytes. */
  readonly addressSpaceBytes?: number;
  /** Most memory of its own that it may ask for, stacks of its threads included, in bytes; what is merely reserved is free. */
  readonly dataBytes?: number;
  /** Largest file that it may write, in bytes; then SIGXFSZ ends it. */
  readonly fileBytes?: number;
}

export interface ChildRun extends ChildAccess, ProcessLimits, RunLimits {
  readonly args: readonly string[];
  /** Working folder. Default: the first that it writes to. */
  readonly cwd?: string;
  /** By how much its priority is lowered, 0 to 19. */
  readonly niceness?: number;
}

const script = path.join(import.meta.dirname, 'cage.sh');
const devices = ['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom'];
/** More than a thread for each core of a large machine, in each of a few codecs. */
const defaultProcesses = 512;
/** Who watches comes first, and can say what happened; with many threads seconds of processor time pass quickly. */
const cpuGraceSeconds = 5;
/** A media program opens its input, its outputs and the odd device. */
const openFiles = 256;

/** The words of a command line that runs a program confined, itself included. Nothing in them is put through a shell. */
export function confinedWords(confinement: Confinement, run: ChildRun): string[] {
  const { programs, way } = confinement;
  return [
    ...(programs.nice && run.niceness ? [programs.nice, '-n', String(run.niceness)] : []),
    ...{ bubblewrap: bubblewrap, unshare: unshared, none: bare }[way](confinement, run),
    ...limited(confinement, run),
    run.command,
    ...run.args,
  ];
}

/** Folder that a run begins in, as it sees it. */
export const workingFolder = (run: Pick<ChildRun, 'cwd' | 'writes'>): string => run.cwd ?? run.writes[0] ?? '/';

const namespaces = ['--ipc', '--uts', '--net', '--pid'];

function bubblewrap(confinement: Confinement, run: ChildRun): string[] {
  const { programs, ownUserNamespace } = confinement;
  return [
    programs.bwrap as string,
    ...namespaces.map((each) => each.replace('--', '--unshare-')),
    '--unshare-cgroup-try',
    '--die-with-parent',
    '--cap-drop',
    'ALL',
    ...(ownUserNamespace
      ? ['--unshare-user', ...(confinement.forbidsUserNamespaces ? ['--disable-userns'] : [])]
      : // Needed to begin in the folder of somebody else and to become that one; gone with that.
        [
          ...['CAP_DAC_OVERRIDE', 'CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((each) => ['--cap-add', each]),
          '--proc',
          '/proc',
        ]),
    // Where bubblewrap is root it keeps the folders that it makes to itself.
    ...(ownUserNamespace ? [] : parents(confinement, run).flatMap((folder) => ['--perms', '0755', '--dir', folder])),
    ...confinement.system.flatMap((place) =>
      'link' in place ? ['--symlink', place.target, place.link] : ['--ro-bind', pathOf(place), pathOf(place)],
    ),
    ...devices.flatMap((device) => ['--dev-bind', device, device]),
    ...confinement.hidden.flatMap((folder) => ['--tmpfs', folder]),
    ...run.writes.flatMap((folder) => ['--bind', folder, folder]),
    // After the folders: what lies in one of them stays read-only.
    ...[...run.reads, ...ownProgram(confinement, run)].flatMap((file) => ['--ro-bind', file, file]),
    ...[...confinement.hidden, '/'].flatMap((folder) => ['--remount-ro', folder]),
    '--chdir',
    workingFolder(run),
    '--',
    ...asSomebodyElse(confinement),
  ];
}

/**
 * What bubblewrap does, by unshare(1) and mounts of our own (`cage.sh`). The parent-death signal comes after the user
 * namespace: entering one clears it.
 */
function unshared(confinement: Confinement, run: ChildRun): string[] {
  const { hidesFiles, ownUserNamespace, programs } = confinement;
  const [unshare, setpriv] = [programs.unshare as string, programs.setpriv as string];
  const view = [
    programs.sh as string,
    script,
    workingFolder(run),
    ...(ownUserNamespace ? ['no-userns'] : ['proc']),
    ...confinement.system.flatMap((place) =>
      'link' in place ? ['link', place.link, place.target] : ['folder' in place ? 'dir' : 'file', pathOf(place)],
    ),
    ...devices.flatMap((device) => ['device', device]),
    ...confinement.hidden.flatMap((folder) => ['hide', folder]),
    ...run.writes.flatMap((folder) => ['writable', folder]),
    ...run.reads.flatMap((file) => ['data', file]),
    ...ownProgram(confinement, run).flatMap((file) => ['file', file]),
    ...confinement.hidden.flatMap((folder) => ['seal', folder]),
    '--',
  ];
  return [
    ...(ownUserNamespace ? [unshare, '--user', '--map-root-user', '--'] : []),
    setpriv,
    '--pdeathsig',
    'KILL',
    '--',
    unshare,
    ...namespaces,
    '--cgroup',
    '--mount',
    '--fork',
    '--kill-child',
    '--',
    ...(hidesFiles ? view : []),
    ...(ownUserNamespace ? withoutPrivileges(setpriv) : asSomebodyElse(confinement)),
  ];
}

/** What is left where namespaces are forbidden. */
function bare({ programs: { setpriv } }: Confinement): string[] {
  return setpriv ? [setpriv, '--pdeathsig', 'KILL', '--no-new-privs', '--'] : [];
}

const withoutPrivileges = (setpriv: string): string[] => [
  setpriv,
  '--no-new-privs',
  '--inh-caps=-all',
  '--bounding-set=-all',
  '--',
];

/** From root to the user of the children, who gets a user namespace in which nobody else's processes are counted. */
function asSomebodyElse({ programs, runAs }: Confinement): string[] {
  if (!runAs) return [];
  const [unshare, setpriv] = [programs.unshare as string, programs.setpriv as string];
  return [
    setpriv,
    `--reuid=${runAs.uid}`,
    `--regid=${runAs.gid}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--',
    unshare,
    '--user',
    '--map-root-user',
    '--',
    ...withoutPrivileges(setpriv),
  ];
}

function limited({ programs: { prlimit }, way, countsProcesses }: Confinement, run: ChildRun): string[] {
  if (!prlimit) return [];
  const { addressSpaceBytes, cpuSeconds, dataBytes, fileBytes } = run;
  const cpu = Math.ceil(cpuSeconds ?? 0) + cpuGraceSeconds;
  return [
    prlimit,
    '--core=0',
    `--nofile=${openFiles}`,
    ...(way === 'none' || !countsProcesses ? [] : [`--nproc=${run.processes ?? defaultProcesses}`]),
    ...(addressSpaceBytes === undefined ? [] : [`--as=${Math.ceil(addressSpaceBytes)}`]),
    ...(dataBytes === undefined ? [] : [`--data=${Math.ceil(dataBytes)}`]),
    // At the hard limit the signal would be SIGKILL, which anybody may have sent.
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpu}:${cpu + cpuGraceSeconds}`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${Math.ceil(fileBytes)}`]),
    '--',
  ];
}

/** The program where it is not among those of the system, all of which are shown. */
function ownProgram({ system, hidden }: Confinement, { command }: ChildRun): string[] {
  const isShown = system.some((place) => 'folder' in place && isWithin(command, place.folder));
  return isShown && !hidden.some((folder) => isWithin(command, folder)) ? [] : [command];
}

/** The folders above everything that is shown, the upper ones first. */
function parents({ system, hidden }: Confinement, run: ChildRun): string[] {
  const shown = [...system.map((place) => ('link' in place ? place.link : pathOf(place))), ...devices, ...hidden];
  const folders = new Set<string>();
  for (const each of [...shown, run.command, ...run.reads, ...run.writes])
    for (let folder = path.dirname(each); folder !== '/'; folder = path.dirname(folder)) folders.add(folder);
  return [...folders]
    .filter((folder) => !system.some((place) => 'folder' in place && isWithin(folder, place.folder)))
    .toSorted((a, b) => a.length - b.length);
}

/** Whether a path is a folder or lies below it. */
export function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function pathOf(place: Exclude<SystemPlace, { readonly link: string }>): string {
  return 'folder' in place ? place.folder : place.file;
}
