import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** SHA-256 of every published file of an asset by its path inside the version (one version on disk). */
export async function publishedFiles(storagePath: string, assetId: string): Promise<ReadonlyMap<string, string>> {
  const folder = path.join(storagePath, 'assets', assetId);
  const [version, ...more] = await readdir(folder);
  if (version === undefined || more.length > 0) throw new Error(`${assetId} has ${more.length + 1} versions on disk`);
  const root = path.join(folder, version);
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const hashes = await Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [
        path.relative(root, file),
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ] as const;
    }),
  );
  return new Map(hashes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
