import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from './find-program.mjs';
import { withLock } from './lock.mjs';
import { managers } from './package-managers.mjs';
import { SetupError } from './setup-error.mjs';
import { run, step } from './steps.mjs';

/** @typedef {import('./package-managers.mjs').Program} Program */
/** @typedef {import('./package-managers.mjs').Manager} Manager */

/** Debian and Fedora keep PostgreSQL's own programs apart, by version. */
function postgresqlFolders() {
  return ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt'].flatMap((folder) => {
    try {
      return readdirSync(folder).map((version) => path.join(folder, version, 'bin'));
    } catch {
      return [];
    }
  });
}

/** Whether a program is there, by any of its names. @type {Readonly<Record<Program, () => boolean>>} */
const isThere = {
  ffmpeg: () => findProgram('ffmpeg') !== undefined && findProgram('ffprobe') !== undefined,
  chromium: () =>
    ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].some(
      (name) => findProgram(name) !== undefined,
    ) || findProgram('Google Chrome', ['/Applications/Google Chrome.app/Contents/MacOS']) !== undefined,
  redis: () => findProgram('redis-server') !== undefined,
  postgresql: () => findProgram('initdb', postgresqlFolders()) !== undefined,
  ceph: () =>
    findProgram('radosgw') !== undefined &&
    findProgram('ceph-mon') !== undefined &&
    findProgram('ceph-osd') !== undefined,
  xmllint: () => findProgram('xmllint') !== undefined,
  nginx: () => findProgram('nginx', ['/usr/sbin', '/usr/local/sbin']) !== undefined,
  wrk: () => findProgram('wrk') !== undefined,
};

/**
 * Installs missing programs by the system's package manager, where this user may.
 * @param {readonly Program[]} programs
 * @param {string} root
 * @param {{ required: boolean }} options when not required, what could not be installed is only said
 * @throws {SetupError} naming what to install
 */
export async function ensurePrograms(programs, root, { required }) {
  if (programs.every((program) => isThere[program]() || isConfigured(program))) return;
  const problem = await withLock(root, async () => {
    const missing = programs.filter((program) => !isThere[program]() && !isConfigured(program));
    if (missing.length === 0) return undefined;
    const manager = managers.find(({ command }) => findProgram(command) !== undefined);
    if (manager === undefined) return `Missing: ${missing.join(', ')}. Please install them.`;
    const packages = missing.flatMap((program) => manager.packages[program]);
    const unknown = missing.filter((program) => manager.packages[program].length === 0);
    if (packages.length === 0)
      return `Missing: ${unknown.join(', ')}, which ${manager.command} has no package of: what is tested with it cannot be tested here.`;
    const prefix = await privilege(manager);
    const byHand = `${manager.needsRoot ? 'sudo ' : ''}${[manager.command, ...manager.install, ...packages].join(' ')}`;
    if (prefix === undefined) return `Missing: ${missing.join(', ')}. Install them with: ${byHand}`;
    try {
      await step(`Installing ${missing.join(', ')} (${manager.command})`, async () => {
        for (const args of [manager.update, [...manager.install, ...packages]]) {
          if (args.length === 0) continue;
          const [program = '', ...rest] = [...prefix, manager.command, ...args];
          await run(program, rest);
        }
      });
    } catch (error) {
      return `${/** @type {Error} */ (error).message}\nMissing: ${missing.join(', ')}. Install them with: ${byHand}`;
    }
    const still = missing.filter((program) => !isThere[program]());
    return still.length === 0
      ? undefined
      : `${manager.command} did not bring ${still.join(', ')}. Please install them another way.`;
  });
  if (problem === undefined) return;
  if (required) throw new SetupError(problem);
  process.stderr.write(`${problem}\n`);
}

/** FFmpeg may stand anywhere when the configuration says where. @param {Program} program */
function isConfigured(program) {
  return program === 'ffmpeg' && Boolean(process.env['DRAMABOX_TOOLS_FFMPEG'] && process.env['DRAMABOX_TOOLS_FFPROBE']);
}

/**
 * What goes before the manager's command, or undefined where this user may not install.
 * @param {Manager} manager
 * @returns {Promise<string[] | undefined>}
 */
async function privilege(manager) {
  const isRoot = process.getuid?.() === 0;
  if (!manager.needsRoot) return isRoot ? undefined : [];
  const environment = ['env', ...Object.entries(manager.environment).map(([name, value]) => `${name}=${value}`)];
  if (isRoot) return environment;
  const maySudo =
    findProgram('sudo') !== undefined &&
    (await run('sudo', ['-n', 'true']).then(
      () => true,
      () => false,
    ));
  return maySudo ? ['sudo', '-n', ...environment] : undefined;
}
