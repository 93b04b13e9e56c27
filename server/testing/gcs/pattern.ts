/** Bytes that say where they are: no two places of a file look alike. @param at a multiple of 4, as is `length` */
export function patternAt(at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 4) bytes.writeUInt32LE((at + i) / 4, i);
  return bytes;
}
