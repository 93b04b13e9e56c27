import { open } from 'node:fs/promises';
import { videoProblems } from '../../server/assets/problems.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { sniff, sniffedBytes, type Container } from './container.ts';
import { hasMatroskaIndex } from './matroska-index.ts';

async function readHead(path: string): Promise<{ readonly head: Buffer; readonly bytes: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, sniffedBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return { head: head.subarray(0, bytesRead), bytes: size };
  } finally {
    await file.close();
  }
}

async function recognize(head: Buffer, path: string): Promise<Container> {
  const found = sniff(head);
  if (!found)
    throw new ProblemError(
      videoProblems.media_unrecognized,
      'This is not a video file that can be read here. If it is a video, export it as H.264 in MP4 and upload that',
    );
  if ('demuxer' in found) {
    // Without an index every chunk would read the file from its beginning; the remux writes one.
    return found.demuxer === 'matroska' ? { ...found, needsRemux: !(await hasMatroskaIndex(path)) } : found;
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
 * Which container a file is, from its first bytes, before anything else looks at it, and its size.
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_no_video
 */
export async function recognizeMedia(path: string): Promise<{ readonly container: Container; readonly bytes: number }> {
  const { head, bytes } = await readHead(path);
  if (bytes === 0)
    throw new ProblemError(videoProblems.media_empty, 'The file is empty. Choose it again and upload it');
  return { container: await recognize(head, path), bytes };
}
