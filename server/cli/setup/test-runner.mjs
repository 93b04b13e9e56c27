import { existsSync } from 'node:fs';
import path from 'node:path';
import { hashFiles, isStamped, stamp } from './stamp.mjs';
import { withLock } from './lock.mjs';
import { run, step } from './steps.mjs';

/**
 * tap generates its test class for the plugins that .taprc chooses. Left to itself it does so inside the first run,
 * and two first runs at once would disturb each other.
 * @param {string} root
 * @param {string} node
 */
export async function ensureTestRunner(root, node) {
  const wanted = await hashFiles([path.join(root, '.taprc'), path.join(root, 'package-lock.json')]);
  const isBuilt = async () => existsSync(path.join(root, '.tap', 'plugins')) && isStamped(root, 'test-runner', wanted);
  if (await isBuilt()) return;
  await withLock(root, async () => {
    if (await isBuilt()) return;
    // tap starts "node" by name.
    const environment = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env['PATH'] ?? ''}` };
    await step('Preparing the test runner', () =>
      run(node, [path.join(root, 'node_modules', '.bin', 'tap'), 'build'], { cwd: root, environment }),
    );
    await stamp(root, 'test-runner', wanted);
  });
}
