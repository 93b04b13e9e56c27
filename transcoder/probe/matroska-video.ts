import { open } from 'node:fs/promises';
import { elementsIn, readTracks, trackEntryId } from './matroska-elements.ts';
import { withFile } from './random-access.ts';

/** Element ids of RFC 9559. */
const trackTypeId = 0x83;
const videoId = 0xe0;
const displayUnitId = 0x54b2;
const fields = {
  0xb0: 'width',
  0xba: 'height',
  0x54aa: 'bottom',
  0x54bb: 'top',
  0x54cc: 'left',
  0x54dd: 'right',
  0x54b0: 'displayWidth',
  0x54ba: 'displayHeight',
  [displayUnitId]: 'displayUnit',
} as const;
const unknownUnit = 4;
const videoType = 1;

/** What a track says of its picture. FFmpeg 5.1 reads the display size, but not how much is cropped. */
export interface MatroskaVideo {
  /** Size as coded, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels that are not shown. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Size, or aspect, in which the rest is shown; undefined when the file does not say. */
  readonly display?: { readonly width: number; readonly height: number };
}

/** Unsigned integers only: what is longer than 6 bytes is no number of pixels. */
const numberIn = (data: Buffer, { content, size }: { readonly content: number; readonly size: number }): number =>
  size >= 1 && size <= 6 ? data.readUIntBE(content, size) : 0;

/** Picture tracks among the entries of a Tracks element, in order, with their fields and where those stand. */
function videoFields(tracks: Buffer): Map<string, { readonly value: number; readonly at: number }>[] {
  return [...elementsIn(tracks)].flatMap((entry) => {
    if (entry.id !== trackEntryId) return [];
    const parts = [...elementsIn(tracks, entry.content, entry.content + entry.size)];
    const type = parts.find(({ id }) => id === trackTypeId);
    const video = parts.find(({ id }) => id === videoId);
    if (!type || numberIn(tracks, type) !== videoType || !video) return [];
    const found = new Map<string, { value: number; at: number }>();
    for (const part of elementsIn(tracks, video.content, video.content + video.size)) {
      const name = (fields as Readonly<Record<number, string>>)[part.id];
      if (name !== undefined) found.set(name, { value: numberIn(tracks, part), at: part.content });
    }
    return [found];
  });
}

/** What each picture track of a Matroska file says of its picture, in the file's order. */
export async function matroskaVideos(path: string): Promise<MatroskaVideo[]> {
  const tracks = await withFile(path, ({ file }) => readTracks(file));
  return videoFields(tracks?.data ?? Buffer.alloc(0)).map((found) => {
    const value = (name: string) => found.get(name)?.value ?? 0;
    const [width, height] = [value('displayWidth'), value('displayHeight')];
    return {
      width: value('width'),
      height: value('height'),
      left: value('left'),
      right: value('right'),
      top: value('top'),
      bottom: value('bottom'),
      ...(width > 0 && height > 0 && value('displayUnit') < unknownUnit && { display: { width, height } }),
    };
  });
}

/**
 * Makes a Matroska file that we wrote say nothing about the aspect of its pictures, so that each picture's own counts.
 * It must say it by a display unit, as ffmpeg does where samples are not square.
 * @throws Error when it does not
 */
export async function forgetDisplayAspect(path: string): Promise<void> {
  const tracks = await withFile(path, ({ file }) => readTracks(file));
  const units = videoFields(tracks?.data ?? Buffer.alloc(0)).map((found) => found.get('displayUnit'));
  if (units.length === 0) throw new Error('The copy has no picture track');
  const file = await open(path, 'r+');
  try {
    for (const unit of units) {
      if (!unit || !tracks) throw new Error('The copy has a picture track without a display unit');
      await file.write(Buffer.from([unknownUnit]), 0, 1, tracks.at + unit.at);
    }
  } finally {
    await file.close();
  }
}
