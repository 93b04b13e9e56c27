/** Bytes `start`..`end`, both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const single = /^bytes=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i;

/**
 * What a Range header means for an object of `bytes` bytes (RFC 9110 §14.1.2): one range; 'unsatisfiable' (416); or
 * undefined when the whole is to be sent, which a server may do for whatever it does not understand and here includes
 * several ranges in one request (players never ask so, and multipart answers multiply what one request costs).
 */
export function parseByteRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const parts = header === undefined ? null : single.exec(header);
  if (!parts) return undefined;
  const [, first, last, suffix] = parts;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(first);
  const end = last ? Number(last) : Infinity;
  if (end < start) return undefined;
  return start >= bytes ? 'unsatisfiable' : { start, end: Math.min(end, bytes - 1) };
}
