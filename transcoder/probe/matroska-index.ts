import { open } from 'node:fs/promises';
import { elementAt, readAt, type MatroskaElement } from './matroska-elements.ts';

/** Element ids of RFC 9559 that lead to the index (Cues). */
const segmentId = 0x18538067;
const seekHeadId = 0x114d9b74;
const seekId = 0x4dbb;
const seekIdId = 0x53ab;
const seekPositionId = 0x53ac;
const cuesId = 0x1c53bb6b;
const clusterId = 0x1f43b675;

/** More than any muxer writes before its first cluster; what has more is as good as without an index. */
const maxElements = 100;
const maxSeekHeadBytes = 64 * 1024;
const longestHeader = 12;

/** Where a seek head says the index is, from the segment's content; undefined when it does not. */
function cuesPosition(seekHead: Buffer): number | undefined {
  let at = 0;
  for (let seek = elementAt(seekHead, at); seek; seek = elementAt(seekHead, at)) {
    at = seek.content + seek.size;
    if (seek.id !== seekId || at > seekHead.length) continue;
    const entry = seekHead.subarray(seek.content, at);
    const target = elementAt(entry, 0);
    const position = target && elementAt(entry, target.content + target.size);
    if (target?.id !== seekIdId || target.size !== 4 || entry.readUInt32BE(target.content) !== cuesId) continue;
    if (position?.id !== seekPositionId || position.size < 1 || position.size > 6) continue;
    if (position.content + position.size > entry.length) continue;
    return entry.readUIntBE(position.content, position.size);
  }
  return undefined;
}

/**
 * Whether a Matroska file has an index by which ffmpeg can seek: before the first cluster, or where a seek head there
 * points to. Without one every seek reads the file from its beginning. Reads some kilobytes, whatever the file says.
 */
export async function hasMatroskaIndex(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const header = async (at: number) => elementAt(await readAt(file, at, longestHeader), 0);
    const isIndex = (element: MatroskaElement | undefined) => element?.id === cuesId && element.size > 0;
    let at = 0;
    let segment: number | undefined;
    for (let count = 0; count < maxElements; count += 1) {
      const element = await header(at);
      if (!element || element.id === clusterId) return false;
      if (isIndex(element)) return true;
      if (element.id === segmentId && segment === undefined) {
        at = segment = at + element.content;
        continue;
      }
      if (element.id === seekHeadId && segment !== undefined && element.size <= maxSeekHeadBytes) {
        const position = cuesPosition(await readAt(file, at + element.content, element.size));
        if (position !== undefined && isIndex(await header(segment + position))) return true;
      }
      at += element.content + element.size;
    }
    return false;
  } finally {
    await file.close();
  }
}
