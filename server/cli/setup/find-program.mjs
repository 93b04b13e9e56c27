import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The path of a program on PATH (or in the extra folders), or undefined.
 * @param {string} name
 * @param {readonly string[]} [moreFolders]
 * @returns {string | undefined}
 */
export function findProgram(name, moreFolders = []) {
  for (const folder of [...(process.env['PATH'] ?? '').split(path.delimiter), ...moreFolders]) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== '' && statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return undefined;
}
