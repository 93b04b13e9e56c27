import { existsSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { hashFiles, isStamped, listFiles, stamp } from './stamp.mjs';
import { run, step } from './steps.mjs';

const web = path.join('control-api', 'web');
const folder = path.join(web, 'dashboard');
/** What is not built: results, and what only tests need. */
const except = ['dist', 'node_modules', 'testing'];

/**
 * Builds the dashboard when its sources or the packages changed.
 * @param {string} root
 * @param {string} node
 * @param {{ force?: boolean }} [options]
 */
export async function ensureDashboard(root, node, { force = false } = {}) {
  const files = [
    ...(await listFiles(path.join(root, folder), except)),
    ...(await listFiles(path.join(root, web, 'kit'), except)),
    path.join(root, 'package-lock.json'),
  ];
  const wanted = await hashFiles(files.filter((file) => !/\.test\.tsx?$/.test(file)));
  const isBuilt = async () =>
    existsSync(path.join(root, folder, 'dist', 'index.html')) && isStamped(root, 'dashboard', wanted);
  if (!force && (await isBuilt())) return;
  await withLock(root, async () => {
    if (!force && (await isBuilt())) return;
    await step('Building the dashboard', () =>
      run(node, [path.join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', folder], { cwd: root }),
    );
    await stamp(root, 'dashboard', wanted);
  });
}
