import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { confinedWords, isWithin } from './cage.ts';
import { unconfined, type Confinement, type ConfinementPart, type SystemPlace } from './confinement.ts';
import { handOver } from './folders-of-a-run.ts';
import { findOnPath } from './find-program.ts';

const run = promisify(execFile);

export interface ConfinementOptions {
  /** Name or number of the user that children are where the server is root. */
  readonly user?: string;
  /** Further folders that the programs need, e.g. of their libraries. */
  readonly folders?: readonly string[];
  /** Folders that no child may see even where they lie below one of the system. The checkout is always one. */
  readonly hide?: readonly string[];
  /** What may make the namespaces, the better one first. Default: all that is here. */
  readonly ways?: readonly Confinement['way'][];
}

const programNames = ['bwrap', 'unshare', 'setpriv', 'prlimit', 'nice', 'sh', 'true'] as const;
const checkout = path.resolve(import.meta.dirname, '../..');

/** What programs and their libraries are made of; data of the system (`/usr/share`, `/etc`) is not needed. */
const systemPaths = [
  '/usr/bin',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libx32',
  '/usr/local/lib',
  '/bin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
  '/gnu/store',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld-musl-x86_64.path',
  '/etc/ld-musl-aarch64.path',
];

/** Tries what the system has; containers and hardened kernels forbid some of it, which only a try can tell. */
export async function findConfinement(options: ConfinementOptions = {}): Promise<Confinement> {
  if (process.platform !== 'linux') return { ...unconfined, why: `${process.platform} has no namespaces` };
  const programs: Partial<Record<(typeof programNames)[number], string>> = {};
  for (const name of programNames) {
    const found = await findOnPath(name, `${process.env['PATH'] ?? ''}:/usr/bin:/bin`);
    if (found) programs[name] = await realpath(found);
  }
  const system = await systemPlaces(options.folders ?? []);
  const isRoot = process.geteuid?.() === 0;
  const base: Omit<Confinement, 'lost'> = {
    ...unconfined,
    programs,
    forbidsUserNamespaces: programs.bwrap !== undefined && (await states(programs.bwrap, '--disable-userns')),
    countsProcesses: countsByNamespace(release()),
    system,
    hidden: await hiddenBelow(system, [checkout, ...(options.hide ?? [])]),
  };
  const failures: string[] = [];
  for (const candidate of candidates(base, isRoot, isRoot ? await userIds(options.user ?? 'nobody') : undefined)) {
    if (options.ways && !options.ways.includes(candidate.way)) continue;
    const lost = lostBy(candidate, isRoot);
    const failure = await tryOut({ ...candidate, lost });
    if (failure === undefined) return { ...candidate, lost, why: lost.length > 0 ? failures.join('\n') : '' };
    failures.push(failure);
  }
  return { ...unconfined, lost: lostBy(unconfined, isRoot), why: failures.join('\n') };
}

/** What may work here, the best first. */
function* candidates(
  base: Omit<Confinement, 'lost'>,
  isRoot: boolean,
  runAs: Confinement['runAs'],
): Generator<Omit<Confinement, 'lost'>> {
  const { bwrap, unshare, setpriv, sh } = base.programs;
  const unshares = unshare !== undefined && setpriv !== undefined;
  const ways = [...(bwrap ? (['bubblewrap'] as const) : []), ...(unshares && sh ? (['unshare'] as const) : [])];
  // Only root may become somebody else.
  if (isRoot && runAs && unshares) {
    for (const way of ways) yield { ...base, way, hidesFiles: true, ownUserNamespace: false, runAs };
  }
  for (const way of ways) yield { ...base, way, hidesFiles: true, ownUserNamespace: true };
  if (unshares) yield { ...base, way: 'unshare', hidesFiles: false, ownUserNamespace: true };
  yield { ...base, way: 'none', hidesFiles: false, ownUserNamespace: false };
  const { prlimit, ...others } = base.programs;
  if (prlimit) yield { ...base, programs: others, way: 'none', hidesFiles: false, ownUserNamespace: false };
}

function lostBy(confinement: Omit<Confinement, 'lost'>, isRoot: boolean): ConfinementPart[] {
  const { way, hidesFiles, runAs, programs } = confinement;
  return [
    ...(way === 'none' ? (['network'] as const) : []),
    ...(hidesFiles ? [] : (['files'] as const)),
    ...(way === 'none' ? (['processes'] as const) : []),
    ...(isRoot && !runAs ? (['user'] as const) : []),
    ...(programs.prlimit ? [] : (['limits'] as const)),
  ];
}

/** Runs true(1) with a file to read and a folder to write to, as a media program would be. Returns what went wrong. */
async function tryOut(confinement: Confinement): Promise<string | undefined> {
  const nothing = confinement.programs.true;
  if (!nothing) return 'true(1) is not there';
  let folder: string | undefined;
  try {
    folder = await mkdtemp(path.join(tmpdir(), 'dramabox-confinement-'));
    const source = path.join(folder, 'source');
    await writeFile(source, '');
    const access = { command: nothing, reads: [source], writes: [folder] };
    await handOver(confinement, access);
    const [command = '', ...args] = confinedWords(confinement, { ...access, args: [], addressSpaceBytes: 1024 ** 3 });
    await run(command, args, { timeout: 10_000, killSignal: 'SIGKILL', env: {}, cwd: '/' });
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    return `${confinement.way}: ${stderr.trim() || message}`.slice(0, 500);
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

/** Whether a kernel's release is Linux 5.14 or newer. */
function countsByNamespace(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 14);
}

async function systemPlaces(folders: readonly string[]): Promise<SystemPlace[]> {
  const places: SystemPlace[] = [];
  for (const each of [...systemPaths, ...folders.map((folder) => path.resolve(folder))]) {
    const stats = await lstat(each).catch(() => undefined);
    if (stats?.isSymbolicLink()) places.push({ link: each, target: await readlink(each) });
    else if (stats?.isDirectory()) places.push({ folder: each });
    else if (stats?.isFile()) places.push({ file: each });
  }
  return places;
}

/** Those folders that would be seen because they lie below one that is shown; the outermost ones. */
async function hiddenBelow(system: readonly SystemPlace[], hide: readonly string[]): Promise<string[]> {
  const real = await Promise.all(hide.map((each) => realpath(each).catch(() => path.resolve(each))));
  const seen = real.filter((each) => system.some((place) => 'folder' in place && isWithin(each, place.folder)));
  return seen.filter(
    (each, index) => !seen.some((other, at) => at !== index && isWithin(each, other) && (each !== other || at < index)),
  );
}

/** The numbers of a user, by name or number, from the system's own list. */
async function userIds(user: string): Promise<Confinement['runAs']> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name, , uid]) => name === user || uid === user);
  const [uid, gid] = entry ? [Number(entry[2]), Number(entry[3])] : [Number(user), Number(user)];
  // Root is just what they must not be.
  return Number.isSafeInteger(uid) && uid > 0 && Number.isSafeInteger(gid) && gid > 0 ? { uid, gid } : undefined;
}

async function states(program: string, option: string): Promise<boolean> {
  return run(program, ['--help']).then(
    ({ stdout, stderr }) => `${stdout}${stderr}`.includes(option),
    () => false,
  );
}
