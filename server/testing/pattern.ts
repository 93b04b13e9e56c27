/** Bytes of a stream that is different everywhere, from `offset` on: what is lost, doubled or displaced shows. */
export function patternAt(offset: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let i = 0; i < bytes; i++) {
    const word = Math.imul(((offset + i) >>> 2) + 1, 0x9e3779b1) >>> 0;
    buffer[i] = word >>> (8 * ((offset + i) & 3));
  }
  return buffer;
}
