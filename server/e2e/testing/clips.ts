import { existsSync } from 'node:fs';
import path from 'node:path';

/** Real clips that lie beside the repository on the machines of those who have them. */
const folder = path.join(import.meta.dirname, '../../../../shared/media');

/** The path of a real clip, or undefined where the folder is missing (the caller says so in its output). */
export function realClip(name: string): string | undefined {
  const file = path.join(folder, name);
  return existsSync(file) ? file : undefined;
}
