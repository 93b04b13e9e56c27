import path from 'node:path';
import { withFileLock } from '../../kit/file-lock.mjs';

/**
 * Lets one process at a time change the checkout; the others wait and then find the work done.
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(root, work) {
  return withFileLock(path.join(root, '.setup.lock'), work, (pid) => {
    process.stderr.write(`Another start (process ${pid ?? '?'}) is setting things up: waiting for it.\n`);
  });
}
