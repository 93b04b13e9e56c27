import path from 'node:path';

export const isTest = (name: string): boolean => /\.test\.tsx?$/.test(name);

/**
 * What a test file needs, as its name says:
 *
 * - `quick` (`*.test.ts`): nothing but this process and small children. It starts no ffmpeg, browser or server.
 * - `integration` (`*.integration.test.ts`): other programs (ffmpeg, a browser, a database server), beside others.
 * - `serial` (`*.serial.test.ts`): the machine to itself (players and kills that count on time).
 */
export type Need = 'quick' | 'integration' | 'serial';

export function needOf(file: string): Need {
  const [, need] = /\.(integration|serial)\.test\.tsx?$/.exec(file) ?? [];
  return (need as Need | undefined) ?? 'quick';
}

/** The files that filters name: by any part of their path, or by the path of a file or folder. All without filters. */
export function chooseTests(files: readonly string[], filters: readonly string[], root: string): string[] {
  const parts = filters.map((filter) =>
    (path.isAbsolute(filter) ? path.relative(root, filter) : filter).replace(/^\.\//, ''),
  );
  return parts.length === 0 ? [...files] : files.filter((file) => parts.some((part) => file.includes(part)));
}
