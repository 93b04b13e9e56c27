import path from 'node:path';

export const isTest = (name: string): boolean => /\.test\.tsx?$/.test(name);

/** Tests that need the machine to themselves (browsers, whole servers, timing) say so in their name. */
export const isSerial = (file: string): boolean => /\.serial\.test\.tsx?$/.test(file);

/** The files that filters name: by any part of their path, or by the path of a file or folder. All without filters. */
export function chooseTests(files: readonly string[], filters: readonly string[], root: string): string[] {
  const parts = filters.map((filter) =>
    (path.isAbsolute(filter) ? path.relative(root, filter) : filter).replace(/^\.\//, ''),
  );
  return parts.length === 0 ? [...files] : files.filter((file) => parts.some((part) => file.includes(part)));
}
