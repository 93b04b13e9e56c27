import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The holder touches its lock this often; one that was not touched for `staleMs` belongs to nobody. */
const touchMs = 1000;
const staleMs = 15_000;
const pollMs = 250;

/**
 * Lets one process at a time change the checkout; the others wait and then find the work done. The holder's age is
 * told by the file's time and not by its process id: in a container that starts again ids repeat.
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(root, work) {
  const file = path.join(root, '.setup.lock');
  let told = false;
  while (!(await take(file))) {
    if (await isStale(file)) {
      // Of several that see it only one can move it away.
      const moved = `${file}.${process.pid}`;
      await rename(file, moved).then(
        () => rm(moved, { force: true }),
        () => {},
      );
      continue;
    }
    if (!told)
      process.stderr.write(
        `Another start (process ${await readFile(file, 'utf8').catch(() => '?')}) is setting things up: waiting for it.\n`,
      );
    told = true;
    await delay(pollMs);
  }
  const touching = setInterval(() => {
    utimes(file, new Date(), new Date()).catch(() => {});
  }, touchMs);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function take(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
async function isStale(file) {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > staleMs;
}
