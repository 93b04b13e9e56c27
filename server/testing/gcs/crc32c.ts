/** CRC-32C (Castagnoli), eight bytes at a time: the SDK's takes ten times as long, and tests store many bytes. */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
const [first] = tables as [Uint32Array];
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  first[byte] = crc >>> 0;
}
for (let byte = 0; byte < 256; byte++)
  for (let table = 1, crc = first[byte]!; table < 8; table++) {
    crc = (crc >>> 8) ^ first[crc & 255]!;
    tables[table]![byte] = crc >>> 0;
  }
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/** The checksum as Google writes it: base64 of four bytes, the highest first. */
export function crc32cOf(content: Buffer): string {
  let crc = 0xffffffff;
  let at = 0;
  for (const end = content.length - 7; at < end; at += 8) {
    const low = crc ^ (content[at]! | (content[at + 1]! << 8) | (content[at + 2]! << 16) | (content[at + 3]! << 24));
    crc =
      t7[low & 255]! ^
      t6[(low >>> 8) & 255]! ^
      t5[(low >>> 16) & 255]! ^
      t4[low >>> 24]! ^
      t3[content[at + 4]!]! ^
      t2[content[at + 5]!]! ^
      t1[content[at + 6]!]! ^
      t0[content[at + 7]!]!;
  }
  for (; at < content.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ content[at]!) & 255]!;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return bytes.toString('base64');
}
