import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../../kit/atomic-file.ts';
import type { DemoClient } from '../client.ts';
import { listTitles } from './parts.ts';

/** How far the catalogue of the demo is: `begun` goes on with the next start, `complete` is never touched again. */
type Mark = 'begun' | 'complete';

const fileIn = (dataDir: string) => path.join(dataDir, 'demo', 'catalogue');

/** Notes how far it is. */
export async function setMark(dataDir: string, mark: Mark): Promise<void> {
  const file = fileIn(dataDir);
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, `${file}.${process.pid}`, (temporary) => writeFile(temporary, `${mark}\n`));
}

/**
 * Whether the catalogue is to be made, or gone on with. Where there is no mark it is begun if there are no titles: a
 * catalogue that somebody works with gets none that nobody asked for.
 */
export async function shouldMake(client: DemoClient, dataDir: string): Promise<boolean> {
  const mark = await readFile(fileIn(dataDir), 'utf8').catch(() => undefined);
  if (mark !== undefined) return mark.trim() === 'begun';
  for (const deleted of [false, true]) if ((await listTitles(client, `deleted=${deleted}`)).length > 0) return false;
  await setMark(dataDir, 'begun');
  return true;
}
