import { elementAt, positionIn, readAt, seekHeadId, type MatroskaElement } from './matroska-elements.ts';
import type { RandomAccess } from './random-access.ts';

/** Element ids of RFC 9559 that lead to the index (Cues). */
const segmentId = 0x18538067;
const cuesId = 0x1c53bb6b;
const clusterId = 0x1f43b675;

/** More than any muxer writes before its first cluster; what has more is as good as without an index. */
const maxElements = 100;
const maxSeekHeadBytes = 64 * 1024;
const longestHeader = 12;

/**
 * Whether a Matroska file has an index by which ffmpeg can seek: before the first cluster, or where a seek head there
 * points to. Without one every seek reads the file from its beginning. Reads some kilobytes, whatever the file says.
 */
export async function hasMatroskaIndex(file: RandomAccess): Promise<boolean> {
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
      const position = positionIn(await readAt(file, at + element.content, element.size), cuesId);
      if (position !== undefined && isIndex(await header(segment + position))) return true;
    }
    at += element.content + element.size;
  }
  return false;
}
