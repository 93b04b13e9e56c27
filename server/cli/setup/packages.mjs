import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from './find-program.mjs';
import { isReachable } from './reachable.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './setup-error.mjs';
import { hashFiles, isStamped, stamp } from './stamp.mjs';
import { run, step } from './steps.mjs';

/** Type stripping is on by default from here. */
const oldestForTypeScript = [22, 18];

/**
 * Installs the npm packages when they are missing or are not those of package-lock.json.
 * @param {string} root
 * @returns {Promise<string>} the Node to run TypeScript with: the pinned one
 * @throws {SetupError}
 */
export async function ensurePackages(root) {
  const wanted = `${process.platform} ${process.arch} ${await hashFiles([path.join(root, 'package-lock.json')])}`;
  if (!(await isStamped(root, 'packages', wanted))) {
    await withLock(root, async () => {
      if (await isStamped(root, 'packages', wanted)) return;
      if (!(await matchesLock(root)) || !(await answers(pinnedNode(root)))) await install(root);
      await stamp(root, 'packages', wanted);
    });
  }
  if (existsSync(pinnedNode(root))) return pinnedNode(root);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = oldestForTypeScript;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return process.execPath;
  throw new SetupError(
    `The pinned Node was not installed (npm's ignore-scripts is on?) and this one, ${process.version}, is older than ` +
      `${oldestForTypeScript.join('.')}: run "npm rebuild node", or install a newer Node.`,
  );
}

/** @param {string} root */
const pinnedNode = (root) => path.join(root, 'node_modules', 'node', 'bin', 'node');

/** @param {string} node */
async function answers(node) {
  return run(node, ['--version']).then(
    () => true,
    () => false,
  );
}

/**
 * Whether what npm recorded as installed (by hand, say) is what the lock file asks for. Optional packages may be
 * missing: they belong to other systems, or could not be fetched.
 * @param {string} root
 */
async function matchesLock(root) {
  try {
    /** @type {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }> }[]} */
    const [wanted, installed] = await Promise.all(
      ['package-lock.json', path.join('node_modules', '.package-lock.json')].map(async (file) =>
        JSON.parse(await readFile(path.join(root, file), 'utf8')),
      ),
    );
    return (
      wanted !== undefined &&
      installed !== undefined &&
      Object.entries(wanted.packages).every(([name, entry]) => {
        if (name === '') return true;
        const found = installed.packages[name];
        return found === undefined
          ? entry.optional || entry.devOptional
          : found.version === entry.version && found.integrity === entry.integrity;
      })
    );
  } catch {
    return false;
  }
}

/** @param {string} root */
async function install(root) {
  // The npm that started us, else the one on PATH.
  const started = process.env['npm_execpath'];
  const npm = started && existsSync(started) && /npm-cli\.c?js$/.test(started) ? started : undefined;
  if (npm === undefined && !findProgram('npm'))
    throw new SetupError('npm was not found: it comes with Node, see https://nodejs.org.');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  await step('Installing npm packages (about a minute, only when they changed)', async () => {
    const environment = await withoutUselessDownload();
    await (npm === undefined
      ? run('npm', args, { cwd: root, environment })
      : run(process.execPath, [npm, ...args], { cwd: root, environment }));
  });
}

/**
 * ffmpeg-static fetches 80 MB from GitHub while npm waits, and where GitHub is not reached it tries again for
 * minutes before it gives up. Where it cannot or need not work, it is made to give up at once; being an optional
 * package, it is then left out.
 */
async function withoutUselessDownload() {
  const needless = findProgram('ffmpeg') !== undefined && findProgram('ffprobe') !== undefined;
  const useful =
    !needless && (process.env['FFMPEG_BINARIES_URL'] !== undefined || (await isReachable('https://github.com')));
  return useful ? process.env : { ...process.env, FFMPEG_BINARIES_URL: 'http://127.0.0.1:9' };
}
