import { analyse } from 'chardet';
import { SubtitleRefused } from './cue.ts';

/**
 * The encodings that files may have, as the Encoding Standard names them (https://encoding.spec.whatwg.org): all of
 * them Node reads by itself. `chardet` guesses among them, where a file says nothing.
 */
export const subtitleEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'koi8-r',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
] as const;
export type SubtitleEncoding = (typeof subtitleEncodings)[number];

/** A text, and the encoding that it was read by. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: SubtitleEncoding;
  /** Nothing in the file says it. */
  readonly isGuess: boolean;
}

/** So much is looked at for a guess. */
const guessedBytes = 64 * 1024;

/** What the guesser calls by another name. */
const sameAs: Readonly<Record<string, SubtitleEncoding>> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-9': 'windows-1254',
  ascii: 'utf-8',
};

/**
 * Reads bytes as text: by the named encoding, else by the mark at their beginning, else as UTF-8 if they are that,
 * else as UTF-16 if every second byte is 0, else as the likeliest of the others in which they are a text.
 * @throws SubtitleRefused when they are a text in none, or hold a NUL
 */
export function decodeSubtitles(bytes: Uint8Array, named?: SubtitleEncoding): DecodedText {
  const decoded = named === undefined ? guess(bytes) : { ...decode(bytes, named), isGuess: false };
  const nul = decoded.text.indexOf('\0');
  if (nul !== -1)
    throw new SubtitleRefused(
      'This is no text: it holds the character NUL',
      decoded.text.slice(0, nul).split('\n').length,
    );
  return decoded;
}

function guess(bytes: Uint8Array): DecodedText {
  const marked = markOf(bytes);
  if (marked !== undefined) return { ...decode(bytes, marked), isGuess: false };
  const certain = (['utf-8', ...wideEncodings(bytes)] as const).flatMap((encoding) => attempt(bytes, encoding));
  const found =
    certain.find(({ text, encoding }) => encoding !== 'utf-8' || !text.includes('\0')) ??
    likeliest(bytes) ??
    certain.at(0);
  if (found === undefined) throw new SubtitleRefused('The encoding of this file is not known. Save it as UTF-8');
  return { ...found, isGuess: found.encoding !== 'utf-8' };
}

function likeliest(bytes: Uint8Array): Decoded | undefined {
  return analyse(bytes.subarray(0, guessedBytes))
    .map(({ name }) => name.toLowerCase())
    .map((name) => sameAs[name] ?? subtitleEncodings.find((encoding) => encoding === name))
    .filter((encoding) => encoding !== undefined && !encoding.startsWith('utf-'))
    .flatMap((encoding) => attempt(bytes, encoding as SubtitleEncoding))
    .at(0);
}

function markOf([first, second, third]: Uint8Array): SubtitleEncoding | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** Digits, arrows and line breaks are in every file: of UTF-16 one byte of each is 0, and always the same one. */
function wideEncodings(bytes: Uint8Array): readonly SubtitleEncoding[] {
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, guessedBytes);
  for (let at = 0; at < looked; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] as number) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > looked / 16 && even < odd / 8) return ['utf-16le'];
  if (even > looked / 16 && odd < even / 8) return ['utf-16be'];
  return [];
}

type Decoded = Pick<DecodedText, 'text' | 'encoding'>;

function attempt(bytes: Uint8Array, encoding: SubtitleEncoding): readonly Decoded[] {
  try {
    return [decode(bytes, encoding)];
  } catch (error) {
    if (error instanceof SubtitleRefused) return [];
    throw error;
  }
}

function decode(bytes: Uint8Array, encoding: SubtitleEncoding): Decoded {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch (error) {
    if (error instanceof TypeError)
      throw new SubtitleRefused(`This is no text in ${encoding}`, undefined, { cause: error });
    throw error;
  }
}
