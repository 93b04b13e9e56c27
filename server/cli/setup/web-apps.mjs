import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { hashFiles, isStamped, listFiles, stamp } from './stamp.mjs';
import { run, step } from './steps.mjs';

const web = path.join('control-api', 'web');
/** What is not built: results, and what only tests need. */
const except = ['dist', 'node_modules', 'testing'];

/**
 * Builds the web apps whose sources changed, or all when the packages or the kit did.
 * @param {string} root
 * @param {string} node
 * @param {{ force?: boolean }} [options]
 */
export async function ensureWebApps(root, node, { force = false } = {}) {
  const folders = await readdir(path.join(root, web));
  const apps = folders.filter((name) => existsSync(path.join(root, web, name, 'vite.config.ts')));
  for (const app of apps) await ensureWebApp(root, node, app, force);
}

/**
 * @param {string} root
 * @param {string} node
 * @param {string} app
 * @param {boolean} force
 */
async function ensureWebApp(root, node, app, force) {
  const folder = path.join(web, app);
  const files = [
    ...(await listFiles(path.join(root, folder), except)),
    ...(await listFiles(path.join(root, web, 'kit'), except)),
    path.join(root, 'package-lock.json'),
  ];
  const wanted = await hashFiles(files.filter((file) => !/\.test\.tsx?$/.test(file)));
  const isBuilt = async () =>
    existsSync(path.join(root, folder, 'dist', 'index.html')) && isStamped(root, `web-${app}`, wanted);
  if (!force && (await isBuilt())) return;
  await withLock(root, async () => {
    if (!force && (await isBuilt())) return;
    await step(`Building the ${app} app`, () =>
      run(node, [path.join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', folder], { cwd: root }),
    );
    await stamp(root, `web-${app}`, wanted);
  });
}
