import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const KiB = 1024;
const MiB = 1024 ** 2;

/** Segments of exactly one size, which the origin serves like any others. */
export interface SegmentSet {
  readonly bytes: number;
  /** Ends of paths behind a stream's prefix. */
  readonly files: readonly string[];
}

export interface OriginFiles {
  readonly cacheBytes: number;
  readonly small: SegmentSet;
  readonly large: SegmentSet;
  /** Ten times what the cache holds, in an order in which none is still there when it is asked for again. */
  readonly coldSmall: SegmentSet;
  readonly coldLarge: SegmentSet;
}

/** Which segments there are for a cache of this size. */
export function planFiles(cacheBytes: number): OriginFiles {
  const set = (folder: string, bytes: number, count: number): SegmentSet => ({
    bytes,
    files: Array.from({ length: count }, (_, index) => `${folder}/${index}.m4s`),
  });
  const coldCount = (bytes: number): number => Math.ceil((10 * cacheBytes) / bytes);
  return {
    cacheBytes,
    small: set('bench-hot-64k', 64 * KiB, 8),
    large: set('bench-hot-1m', MiB, Math.max(1, Math.min(8, Math.floor(cacheBytes / 4 / MiB)))),
    coldSmall: set('bench-cold-64k', 64 * KiB, coldCount(64 * KiB)),
    coldLarge: set('bench-cold-1m', MiB, coldCount(MiB)),
  };
}

/** Every set. */
export const setsOf = ({ small, large, coldSmall, coldLarge }: OriginFiles): readonly SegmentSet[] => [
  small,
  large,
  coldSmall,
  coldLarge,
];

/** A segment that is like no other, so that no file system stores or caches two as one. */
export function segmentBody(bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  return randomFillSync(body, 0, Math.min(bytes, 4096));
}

/** Writes the segments beside those that were published, in the folder of the version. */
export async function writeFiles(versionFolder: string, sets: readonly SegmentSet[]): Promise<void> {
  for (const { bytes, files } of sets)
    for (const file of files) {
      const target = path.join(versionFolder, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, segmentBody(bytes), { mode: 0o600 });
    }
}
