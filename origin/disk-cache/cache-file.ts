import { crc32 } from 'node:zlib';

/** An object as a file of the disk cache holds it. */
export interface KeptObject {
  readonly body: Buffer;
  /** As the store gave it, without quotes. */
  readonly etag: string;
}

const mark = 0x64_62_63_31; // "dbc1"
const footerBytes = 12;

function describe(key: string, { body, etag }: KeptObject): Buffer {
  return Buffer.from(JSON.stringify({ key, etag, bytes: body.length }));
}

/** How long the file of an object is. */
export function fileBytes(key: string, object: KeptObject): number {
  return object.body.length + describe(key, object).length + footerBytes;
}

/**
 * What follows an object in its file: `{"key","etag","bytes"}` as JSON, then, 4 bytes each and big-endian, the length of
 * that JSON, the CRC-32 of everything before the CRC itself, and a mark. CRC-32 finds what disks and killed processes
 * do (bits that flipped, a part that was never written) at a twentieth of the cost of a digest; who could forge it can
 * write to the folder, which is the server's own.
 */
export function trailerOf(key: string, object: KeptObject): Buffer {
  const described = describe(key, object);
  const trailer = Buffer.alloc(described.length + footerBytes);
  described.copy(trailer);
  trailer.writeUInt32BE(described.length, described.length);
  trailer.writeUInt32BE(crc32(trailer.subarray(0, described.length + 4), crc32(object.body)), described.length + 4);
  trailer.writeUInt32BE(mark, described.length + 8);
  return trailer;
}

/** The object in a file, as a part of the same memory; undefined when the file is not whole, damaged or another key's. */
export function readCacheFile(key: string, file: Buffer): KeptObject | undefined {
  const end = file.length - footerBytes;
  if (end < 0 || file.readUInt32BE(end + 8) !== mark) return undefined;
  const bytes = end - file.readUInt32BE(end);
  if (bytes < 0 || crc32(file.subarray(0, end + 4)) !== file.readUInt32BE(end + 4)) return undefined;
  // What has the right checksum was written by us.
  const described = JSON.parse(file.toString('utf8', bytes, end)) as { key: string; etag: string; bytes: number };
  if (described.key !== key || described.bytes !== bytes) return undefined;
  return { body: file.subarray(0, bytes), etag: described.etag };
}
