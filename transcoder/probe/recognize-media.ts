import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { sniff, sniffedBytes, type Container } from './container.ts';
import { readAt } from './matroska-elements.ts';
import { hasMatroskaIndex } from './matroska-index.ts';
import { withFile, type Examined, type RandomAccess } from './random-access.ts';

async function recognize(head: Buffer, file: RandomAccess): Promise<Container> {
  const found = sniff(head);
  if (!found)
    throw new ProblemError(
      videoProblems.media_unrecognized,
      'This is not a video file that can be read here. If it is a video, export it as H.264 in MP4 and upload that',
    );
  if ('demuxer' in found) {
    // Without an index every chunk would read the file from its beginning; the remux writes one.
    return found.demuxer === 'matroska' ? { ...found, needsRemux: !(await hasMatroskaIndex(file)) } : found;
  }
  if (found.audio)
    throw new ProblemError(
      videoProblems.media_no_video,
      `This file has no video track: it is ${found.is}. Upload a file with a picture`,
    );
  throw new ProblemError(
    videoProblems.media_format_not_allowed,
    `This file is ${found.is}. ${found.advice ?? 'Choose the video file and upload that'}`,
  );
}

/**
 * Which container a file is, from its first bytes, before anything else looks at it.
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_no_video
 */
export async function recognizeContainer({ file, bytes }: Examined): Promise<Container> {
  if (bytes === 0)
    throw new ProblemError(videoProblems.media_empty, 'The file is empty. Choose it again and upload it');
  return recognize(await readAt(file, 0, Math.min(bytes, sniffedBytes)), file);
}

/** The same of a local file, and its size. */
export function recognizeMedia(path: string): Promise<{ readonly container: Container; readonly bytes: number }> {
  return withFile(path, async (examined) => ({ container: await recognizeContainer(examined), bytes: examined.bytes }));
}
