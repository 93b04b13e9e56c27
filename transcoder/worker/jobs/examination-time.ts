/** A first look: nearly every source is known by then, and one that is not holds its place no longer. In milliseconds. */
const firstLookMs = 15_000;
/** What every file may take, however small: machines are slow when they encode. In milliseconds. */
const leastMs = 30_000;
/** What a busy machine examines of a dense file, in bytes a millisecond. */
const examinedRate = 1000;
/** How slowly a disk may be read, in bytes a millisecond. */
const readRate = 10_000;

/**
 * How long the whole examination of a source may take, in milliseconds: in proportion to its bytes, for a small file
 * that takes minutes was made to. The configured limit bounds all but the reading.
 * @param isFirstLook whether another lane goes on with what takes longer
 */
export function examinationMs(bytes: number, limitSeconds: number, isFirstLook: boolean): number {
  if (isFirstLook) return firstLookMs;
  return Math.ceil(Math.min(limitSeconds * 1000, leastMs + bytes / examinedRate) + bytes / readRate);
}
