import { createHash } from 'node:crypto';
import { assetPrefix } from '../../assets/storage-keys.ts';
import type { Storage } from '../../storage/port.ts';

/** SHA-256 of every published file of an asset by its path inside the version, of which there is one. */
export async function publishedFiles(
  storage: Pick<Storage, 'list' | 'read'>,
  assetId: string,
): Promise<ReadonlyMap<string, string>> {
  const prefix = assetPrefix(assetId);
  const versions = new Set<string>();
  const hashes = new Map<string, string>();
  for await (const { key } of storage.list(prefix)) {
    const [version = '', ...file] = key.slice(prefix.length).split('/');
    versions.add(version);
    hashes.set(
      file.join('/'),
      createHash('sha256')
        .update(await storage.read(key))
        .digest('hex'),
    );
  }
  if (versions.size !== 1) throw new Error(`${assetId} has ${versions.size} versions in the storage`);
  return hashes;
}
