import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * The next piece, or undefined after the last. Stops waiting when the signal aborts, even if the one who makes the
 * pieces does not.
 */
export async function nextPiece(iterator: AsyncIterator<Readable>, signal: AbortSignal): Promise<Readable | undefined> {
  signal.throwIfAborted();
  const pending = iterator.next();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const result = await Promise.race([pending, aborted]);
    return result.done ? undefined : result.value;
  } catch (error) {
    // A piece that arrives after all must not stay open.
    pending.then(
      ({ value }) => (value as Readable | undefined)?.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Writes a piece at the end of a local file. */
export async function appendPiece(piece: Readable, file: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(piece, createWriteStream(file, { flags: 'a' }), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Appends one local file to another. */
export async function appendFileTo(source: string, file: string, signal: AbortSignal): Promise<void> {
  await appendPiece(createReadStream(source), file, signal);
}
