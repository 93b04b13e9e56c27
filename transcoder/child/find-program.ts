import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** The absolute path of the first executable `name` on `searchPath`, or undefined. */
export async function findOnPath(name: string, searchPath = process.env['PATH'] ?? ''): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // not there: look on
    }
  }
  return undefined;
}
