import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeClips } from './clips.ts';
import { setMark } from './mark.ts';
import type { CatalogueMaking } from './parts.ts';
import { makePictures, makePortraits } from './pictures.ts';
import { makeTerms } from './terms.ts';
import { featureTitles, makeSubtitles, makeTitles } from './titles.ts';

export interface CatalogueOptions extends Omit<CatalogueMaking, 'folder'> {
  readonly dataDir: string;
  /** Writes a line that stays. */
  print(line: string): void;
}

/**
 * Makes the catalogue of the demo: what is said of its titles, their pictures, then their clips. Each step looks at what
 * is there and makes the rest, so it can be cut off anywhere and done again.
 * @throws Error what the server refused
 */
export async function makeCatalogue({ dataDir, print, ...options }: CatalogueOptions): Promise<void> {
  const folder = path.join(dataDir, 'demo', 'drawn');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const making: CatalogueMaking = { ...options, folder };
  try {
    const terms = await makeTerms(making);
    const made = await makeTitles(making, Date.now());
    await featureTitles(making, made);
    await makeSubtitles(making, made);
    await makePictures(making, made);
    await makePortraits(making, made, terms);
    print('A catalogue is there as well: look at Catalogue in the dashboard. Its clips follow one by one.');
    const clips = await makeClips(making, made);
    await setMark(dataDir, 'complete');
    print(`The catalogue is complete, with ${clips} clips.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
