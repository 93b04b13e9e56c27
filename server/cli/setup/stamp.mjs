import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Stamps say what a result was made from. They live in node_modules, so that they go when it is deleted.
 * @param {string} root
 * @param {string} name
 */
const stampFile = (root, name) => path.join(root, 'node_modules', '.dramabox', name);

/**
 * @param {string} root
 * @param {string} name
 * @param {string} value
 */
export async function isStamped(root, name, value) {
  return (await readFile(stampFile(root, name), 'utf8').catch(() => '')) === value;
}

/**
 * @param {string} root
 * @param {string} name
 * @param {string} value
 */
export async function stamp(root, name, value) {
  const file = stampFile(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, value);
}

/**
 * The hash of files' names and contents. By content, because a checkout of another branch and back changes times.
 * @param {readonly string[]} files absolute paths
 */
export async function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

/**
 * Every file under a folder, in order, without the folders named in `except`.
 * @param {string} folder
 * @param {readonly string[]} except
 * @returns {Promise<string[]>}
 */
export async function listFiles(folder, except) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return except.includes(entry.name) ? [] : listFiles(full, except);
      return entry.isFile() ? [full] : [];
    }),
  );
  return nested.flat().sort();
}
