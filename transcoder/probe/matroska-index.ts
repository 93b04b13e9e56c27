import { open, type FileHandle } from 'node:fs/promises';

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

interface Element {
  readonly id: number;
  /** Where its content begins, from the beginning of what was read. */
  readonly content: number;
  /** Infinity when it is not known (live streams). */
  readonly size: number;
}

/** The element header at `at`, undefined when there is none. */
function elementAt(data: Buffer, at: number): Element | undefined {
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

/** Reads up to `length` bytes at `at`; fewer at the file's end. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(at)) return Buffer.alloc(0);
  const data = Buffer.alloc(length);
  const { bytesRead } = await file.read(data, 0, length, at);
  return data.subarray(0, bytesRead);
}

/**
 * Whether a Matroska file has an index by which ffmpeg can seek: before the first cluster, or where a seek head there
 * points to. Without one every seek reads the file from its beginning. Reads some kilobytes, whatever the file says.
 */
export async function hasMatroskaIndex(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const header = async (at: number) => elementAt(await readAt(file, at, longestHeader), 0);
    const isIndex = (element: Element | undefined) => element?.id === cuesId && element.size > 0;
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
