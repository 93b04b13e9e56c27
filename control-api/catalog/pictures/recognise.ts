/** Formats in which pictures are taken. */
export type TakenFormat = 'jpeg' | 'png' | 'webp' | 'avif';

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'));

/**
 * What a file is by its first bytes, whatever it is called or declared as; undefined for everything that is not taken:
 * SVG (it is a page with scripts and links), GIF, HEIC, PDF, TIFF, HTML. Nothing else is ever given to a decoder.
 */
export function recognise(bytes: Buffer): TakenFormat | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'webp';
  // `avis` would be a film.
  if (startsWith(bytes, 'ftypavif', 4)) return 'avif';
  return undefined;
}
