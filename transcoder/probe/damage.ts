import { ProblemError } from '../../server/kit/errors.ts';
import { videoProblems } from '../../server/assets/problems.ts';
import type { Container } from './container.ts';
import { readIsoMedia, type IsoMedia } from './iso-media.ts';
import { withFile, type Examined } from './random-access.ts';

/** What is wrong with the index of an MP4, in words; undefined when it is there, and of other files. */
async function indexDamage(path: string, container: Container): Promise<string | undefined> {
  if (container.demuxer !== 'mov') return undefined;
  return withFile(path, async (examined) => whyNoIndex(await readIsoMedia(examined)));
}

function whyNoIndex({ hasIndex, ends }: IsoMedia): string | undefined {
  if (hasIndex) return undefined;
  if (ends === 'cut off') return 'its index is missing, because its end was cut off. Upload the whole file again';
  if (ends === 'whole')
    return 'its index is missing, as when a recording was not finished. Repair it with the program that recorded it';
  return 'a part of it has an impossible size. Export the video again';
}

/**
 * Whether an MP4 is without an index, so that no program can make anything of it. What is damaged in another
 * way may be read all the same.
 * @throws ProblemError media_damaged
 */
export async function refuseWithoutIndex(examined: Examined, container: Container): Promise<void> {
  if (container.demuxer !== 'mov') return;
  const media = await readIsoMedia(examined);
  const why = whyNoIndex(media);
  if (media.lacksIndex && media.ends !== 'damaged' && why !== undefined) throw damaged(why);
}

const damaged = (why: string, cause?: Error) =>
  new ProblemError(videoProblems.media_damaged, `The file is damaged or incomplete: ${why}`, cause && { cause });

/** The problem of a file that cannot be opened. */
export async function unopened(path: string, container: Container, cause: Error): Promise<ProblemError> {
  const why = (await indexDamage(path, container)) ?? 'its header cannot be read. Export the video again';
  return damaged(why, cause);
}

/** @throws ProblemError media_damaged when half an index explains that nothing usable was found in the file */
export async function refuseHalfAnIndex(path: string, container: Container): Promise<void> {
  const why = await indexDamage(path, container);
  if (why !== undefined) throw damaged(why);
}
