import path from 'node:path';
import { allowedDecoders } from './codecs.ts';

/** Largest block a media program may allocate in one piece, in bytes: more than any real frame needs. */
const maxAllocation = 1024 ** 3;

/** How far ffmpeg looks for tracks before it begins. It keeps what it reads in memory. */
const near = { bytes: 20_000_000, seconds: 10 };
const far = { bytes: 128_000_000, seconds: 600 };

export interface UntrustedInput {
  /** Absolute path of a file with a name that the server made. */
  readonly path: string;
  /** The one demuxer that may open it. */
  readonly demuxer: string;
  /** Largest picture, width x height, that a decoder may accept. */
  readonly maxPixels: number;
  readonly maxStreams?: number;
  /** Look for tracks far behind the file's beginning. */
  readonly looksFar?: boolean;
  /** Decoders that ffprobe may open besides (see `listedDecoders`). They are given no data. */
  readonly openedDecoders?: readonly string[];
}

/**
 * A list with a track type concerns only decoders that the program opens itself; the one without, which comes first, is
 * the only one that the demuxer knows, which decodes to find out what the header does not say.
 */
function opened(decoders: readonly string[]): string[] {
  const list = [...allowedDecoders, ...decoders].join(',');
  return decoders.length === 0 ? [] : ['v', 'a', 's'].flatMap((type) => [`-codec_whitelist:${type}`, list]);
}

/**
 * The options that must stand before the input of every ffmpeg and ffprobe call on a file that somebody uploaded.
 * They name the demuxer instead of letting ffmpeg guess, forbid every protocol but local files, every demuxer but
 * that one (also for nested opens) and every decoder that is not on our list.
 */
export function untrustedInputOptions(input: UntrustedInput): string[] {
  return [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    input.demuxer,
    '-codec_whitelist',
    allowedDecoders.join(','),
    ...opened(input.openedDecoders ?? []),
    // Decoders count the padding of their buffers too: a picture of just the size that is accepted must pass.
    '-max_pixels',
    String(Math.ceil(input.maxPixels * 1.25) + 65_536),
    '-max_streams',
    String(input.maxStreams ?? 1000),
    '-probesize',
    String((input.looksFar ? far : near).bytes),
    '-analyzeduration',
    String((input.looksFar ? far : near).seconds * 1e6),
    // One clock of 33 bits: `../mend` has seen to it that it does not run over, and that nothing needs correcting.
    ...(input.demuxer === 'mpegts' ? ['-correct_ts_overflow', '0'] : []),
    '-f',
    input.demuxer,
  ];
}

/** Options that apply to the whole program and stand first. */
export const globalSafetyOptions: readonly string[] = ['-max_alloc', String(maxAllocation)];

/**
 * A local file as ffmpeg's command line must be told about it: the scheme keeps a name such as `-y` or `concat:x`
 * from meaning anything else.
 */
export function fileUrl(file: string): string {
  if (!path.isAbsolute(file) || file.includes('\0'))
    throw new TypeError('Media programs are only given absolute paths');
  return `file:${file}`;
}
