import { open } from 'node:fs/promises';

/** Bytes that can be read anywhere: an open file, or an object in a store. */
export interface RandomAccess {
  /** Reads up to `length` bytes at `position` into `buffer`; fewer at the end. */
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

/** What is examined, and how large it is. */
export interface Examined {
  readonly file: RandomAccess;
  readonly bytes: number;
}

/** Does `work` with a local file. */
export async function withFile<T>(path: string, work: (examined: Examined) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await work({ file, bytes: (await file.stat()).size });
  } finally {
    await file.close();
  }
}
