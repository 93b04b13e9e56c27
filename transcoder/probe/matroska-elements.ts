import type { FileHandle } from 'node:fs/promises';

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
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(at)) return Buffer.alloc(0);
  const data = Buffer.alloc(length);
  const { bytesRead } = await file.read(data, 0, length, at);
  return data.subarray(0, bytesRead);
}
