import { open, rm, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '../kit/errors.ts';
import { systemCode, writeError } from '../kit/system-errors.ts';
import { InvalidKey, ObjectNotFound, ObjectReplaced, type Storage, type StoredObject, type Transfer } from './port.ts';

/** How often a download that stands still or breaks is taken up again without a byte more. */
const triesWithoutProgress = 5;
/** The rest before the second of them, in milliseconds; twice as long before each further one. */
const firstRestMs = 200;
/** A download is broken off when nothing came for this long, in milliseconds: the connection is as good as gone. */
const silenceMs = 60_000;

/** The waits of a download; others in tests. */
export interface DownloadWaits {
  readonly firstRestMs?: number;
  readonly silenceMs?: number;
}

/**
 * Downloads an object into a new file at `target`. When the connection breaks, it goes on from the last byte that came,
 * as long as something comes; when it fails, nothing is left at `target`. The bytes of a size that the store announces
 * are all there, or it fails. For the adapters' `materialize`.
 * @throws ObjectNotFound; ObjectReplaced; Error with code EEXIST when there is such a file; ProblemError `insufficient_storage` when
 *   the disk of `target` is full; the signal's reason; the last failure of the store
 */
export async function downloadObject(
  storage: Pick<Storage, 'stat' | 'stream'>,
  key: string,
  target: string,
  { beforeCopy, onBytes, signal }: Transfer = {},
  waits: DownloadWaits = {},
): Promise<void> {
  const object = await storage.stat(key);
  if (!object) throw new ObjectNotFound(key);
  await beforeCopy?.(object.bytes);
  signal?.throwIfAborted();
  const file = await open(target, 'wx', 0o600).catch((error: unknown) => {
    throw writeError(error);
  });
  try {
    await fill(storage, object, file, { ...(onBytes && { onBytes }), ...(signal && { signal }) }, waits);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    // A part must not pass for the object.
    await rm(target, { force: true });
    throw error;
  }
}

async function fill(
  storage: Pick<Storage, 'stream'>,
  object: StoredObject,
  file: FileHandle,
  { onBytes, signal }: Transfer,
  waits: DownloadWaits,
): Promise<void> {
  const { key, bytes } = object;
  let at = 0;
  for (let failures = 0; at < bytes;) {
    const from = at;
    try {
      const rest = storage.stream(key, { start: at, end: bytes - 1, etag: object.etag });
      for await (const chunk of chunksOf(rest, signal, waits)) {
        await append(file, chunk);
        at += chunk.length;
        onBytes?.(at);
      }
      if (at < bytes) throw new Error(`The store sent ${at} of ${bytes} bytes of ${key}`);
      if (at > bytes) throw new ObjectReplaced(key);
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayHelp(error)) throw error;
      failures = at > from ? 1 : failures + 1;
      if (failures > triesWithoutProgress) throw error;
      await delay((waits.firstRestMs ?? firstRestMs) * 2 ** (failures - 1), undefined, signal && { signal }).catch(
        () => {
          signal?.throwIfAborted();
        },
      );
    }
  }
}

/** Whether the same request may bring more another time. */
function mayHelp(error: unknown): boolean {
  return !(
    error instanceof ObjectNotFound ||
    error instanceof InvalidKey ||
    error instanceof ObjectReplaced ||
    error instanceof WriteFailed ||
    (error instanceof ProblemError && error.code === 'insufficient_storage')
  );
}

/** The disk took no more, for another reason than that it is full. */
class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}

async function append(file: FileHandle, chunk: Buffer): Promise<void> {
  try {
    await file.appendFile(chunk);
  } catch (error) {
    const known = writeError(error);
    if (known instanceof ProblemError) throw known;
    throw new WriteFailed(`A download could not be written (${systemCode(error) ?? known.message})`, { cause: error });
  }
}

/**
 * What a stream brings, until the signal aborts or nothing came for too long. Neither waits for the stream to end: one
 * that is stuck does not.
 */
async function* chunksOf(
  stream: Readable,
  signal: AbortSignal | undefined,
  waits: DownloadWaits,
): AsyncGenerator<Buffer> {
  signal?.throwIfAborted();
  const limit = waits.silenceMs ?? silenceMs;
  let giveUp: (error: Error) => void = () => undefined;
  const stop = (): void => giveUp(signal?.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  // Broken off, it may fail once more: nobody listens then.
  stream.on('error', () => undefined);
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { promise: givenUp, reject } = Promise.withResolvers<never>();
      giveUp = reject;
      const timer = setTimeout(() => reject(new Error(`The store sent nothing for ${limit} ms`)), limit);
      const next = await Promise.race([chunks.next(), givenUp]).finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value as Buffer;
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
}
