import type { Storage } from '../../server/storage/port.ts';
import type { Container } from './container.ts';
import { refuseWithoutIndex } from './damage.ts';
import { encryptionOf, refuseEncrypted } from './encryption.ts';
import { recognizeContainer } from './recognize-media.ts';
import { LookedEnough, StoredFile } from './stored-file.ts';

/**
 * Looks at a source where it lies, by ranges: which container it is, and whether that alone says that nothing can be
 * made of it. What is no video, encrypted or without its index is refused before the whole of it is fetched, with the
 * same words as when it is here.
 * @returns undefined when that would take too many requests
 * @throws ProblemError media_empty, media_unrecognized, media_format_not_allowed, media_no_video, media_encrypted,
 *   media_damaged; ObjectNotFound; the signal's reason
 */
export async function lookEarly(
  storage: Pick<Storage, 'stream'>,
  key: string,
  bytes: number,
  signal: AbortSignal,
): Promise<Container | undefined> {
  const examined = { file: new StoredFile(storage, key, bytes, signal), bytes };
  try {
    const container = await recognizeContainer(examined);
    refuseEncrypted(await encryptionOf(examined, container));
    await refuseWithoutIndex(examined, container);
    return container;
  } catch (error) {
    if (error instanceof LookedEnough) return undefined;
    throw error;
  }
}
