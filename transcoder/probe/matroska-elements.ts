import type { RandomAccess } from './random-access.ts';

/** Element ids of RFC 9559 that lead to the tracks. */
const segmentId = 0x18538067;
const clusterId = 0x1f43b675;
const tracksId = 0x1654ae6b;
export const trackEntryId = 0xae;

/** More than any muxer writes before its tracks, and more than tracks take: private data may be of some kilobytes. */
const maxElements = 100;
const maxSeekHeadBytes = 64 * 1024;
const maxTracksBytes = 4 * 1024 * 1024;
const longestHeader = 12;

/** Element ids of RFC 9559 by which others are found. */
export const seekHeadId = 0x114d9b74;
const seekId = 0x4dbb;
const seekIdId = 0x53ab;
const seekPositionId = 0x53ac;

export interface MatroskaElement {
  readonly id: number;
  /** Where its content begins, from the beginning of what was read. */
  readonly content: number;
  /** Infinity when it is not known (live streams). */
  readonly size: number;
}

/** The element header (RFC 8794) at `at`, undefined when there is none. */
export function elementAt(data: Buffer, at: number): MatroskaElement | undefined {
  const idLength = Math.clz32(data[at] ?? 0) - 23;
  const sizeAt = at + idLength;
  const sizeLength = Math.clz32(data[sizeAt] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || sizeAt + sizeLength > data.length) return undefined;
  let size = (data[sizeAt] as number) & (0xff >> sizeLength);
  let isUnknown = size === 0xff >> sizeLength;
  for (const byte of data.subarray(sizeAt + 1, sizeAt + sizeLength)) {
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { id: data.readUIntBE(at, idLength), content: sizeAt + sizeLength, size: isUnknown ? Infinity : size };
}

/** The elements that stand one after the other in `data` from `at` on; one that goes beyond the end is left out. */
export function* elementsIn(data: Buffer, at = 0, end = data.length): Generator<MatroskaElement> {
  for (let element = elementAt(data, at); element; element = elementAt(data, at)) {
    at = element.content + element.size;
    if (at > end) return;
    yield element;
    if (at === end) return;
  }
}

/** Reads up to `length` bytes at `at`; fewer at the file's end. */
export async function readAt(file: RandomAccess, at: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(at)) return Buffer.alloc(0);
  const data = Buffer.alloc(length);
  const { bytesRead } = await file.read(data, 0, length, at);
  return data.subarray(0, bytesRead);
}

/** Where the content of the first Tracks element stands in the file, and its bytes. */
export async function readTracks(
  file: RandomAccess,
): Promise<{ readonly at: number; readonly data: Buffer } | undefined> {
  let [at, segment] = [0, 0];
  let elsewhere: number | undefined;
  for (let count = 0; count < maxElements; count += 1) {
    const element = elementAt(await readAt(file, at, longestHeader), 0);
    if (!element) return undefined;
    const content = at + element.content;
    if (element.id === clusterId) {
      // Tracks that were edited and grew stand behind the clusters, where the seek head says.
      if (elsewhere === undefined) return undefined;
      [at, elsewhere] = [elsewhere, undefined];
      continue;
    }
    if (element.id === segmentId) segment = content;
    if (element.id === seekHeadId && element.size <= maxSeekHeadBytes) {
      const position = positionIn(await readAt(file, content, element.size), tracksId);
      if (position !== undefined) elsewhere = segment + position;
    }
    if (element.id === tracksId)
      return { at: content, data: await readAt(file, content, Math.min(element.size, maxTracksBytes)) };
    at = element.id === segmentId ? content : content + element.size;
  }
  return undefined;
}

/** Where a seek head says that the element `id` is, from the segment's content; undefined when it does not. */
export function positionIn(seekHead: Buffer, id: number): number | undefined {
  let at = 0;
  for (let seek = elementAt(seekHead, at); seek; seek = elementAt(seekHead, at)) {
    at = seek.content + seek.size;
    if (seek.id !== seekId || at > seekHead.length) continue;
    const entry = seekHead.subarray(seek.content, at);
    const target = elementAt(entry, 0);
    const position = target && elementAt(entry, target.content + target.size);
    if (target?.id !== seekIdId || target.size !== 4 || entry.readUInt32BE(target.content) !== id) continue;
    if (position?.id !== seekPositionId || position.size < 1 || position.size > 6) continue;
    if (position.content + position.size > entry.length) continue;
    return entry.readUIntBE(position.content, position.size);
  }
  return undefined;
}
