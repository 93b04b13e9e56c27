import { open } from 'node:fs/promises';

/** Bytes of an ADTS header without its checksum (ISO/IEC 13818-7 §6.2). */
const headerBytes = 7;
const readAtOnce = 1024 * 1024;

/** Profile, rate and channels, as one number; they may change from frame to frame. */
const configOf = (header: Buffer): number =>
  ((header[2] as number) << 8) | ((header[3] as number) & 0b1100_0000) | (((header[2] as number) & 1) << 16);

/**
 * Whether rate, channels or profile change in a file of AAC frames with ADTS headers. Of a file that is something else
 * from some place on, or broken there, nothing more is known: what came before counts.
 */
export async function adtsChanges(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(readAtOnce);
    let first: number | undefined;
    let at = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      let place = 0;
      while (place + headerBytes <= bytesRead) {
        const header = buffer.subarray(place, place + headerBytes);
        if (header[0] !== 0xff || ((header[1] as number) & 0xf6) !== 0xf0) return false;
        const length = (header.readUInt32BE(3) >>> 13) & 0x1fff;
        if (length < headerBytes) return false;
        const config = configOf(header);
        if (first !== undefined && config !== first) return true;
        first = config;
        place += length;
      }
      // Nothing whole was left: the end. A frame is at most 8 KB, so a full buffer always has one.
      if (place === 0) return false;
      at += place;
    }
  } finally {
    await file.close();
  }
}
