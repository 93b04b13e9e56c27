import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import { DiskCache } from '../../origin/disk-cache/disk-cache.ts';
import { holdExclusively } from '../db/sqlite.ts';
import type { Logger } from '../kit/logger.ts';
import type { Notices } from '../kit/notices.ts';
import { systemCode } from '../kit/system-errors.ts';
import type { Releasers } from './releasers.ts';

/** Whether what is between the origin and storage is worth its cost: not where storage is a disk itself, unless wished. */
export function isWanted(wish: 'auto' | 'on' | 'off', { storage }: Pick<Config, 'storage'>): boolean {
  return wish === 'auto' ? storage.kind !== 'disk' : wish === 'on';
}

/**
 * Opens the disk cache of the origin where there is to be one. A folder that cannot be used, or that another process
 * has, costs the cache and a notice, not the start.
 */
export async function openOriginCache(
  config: Config,
  context: { readonly logger: Logger; readonly notices: Notices },
  releasers: Releasers,
): Promise<DiskCache | undefined> {
  const { diskCache, diskCacheBytes, diskCachePath, cacheBytes, maxCachedObjectBytes } = config.origin;
  if (!isWanted(diskCache, config)) return undefined;
  const refuse = (reason: string): undefined => {
    context.notices.say({
      code: 'disk-cache-off',
      setting: 'origin.diskCachePath',
      detail: `The folder ${diskCachePath} ${reason}, so the origin runs without its disk cache. Give it a folder of its own that it may write to, or set origin.diskCache to off.`,
    });
  };
  let release;
  try {
    release = holdExclusively(path.join(diskCachePath, 'origin.lock'));
  } catch (error) {
    return refuse(`cannot be used (${systemCode(error) ?? 'no lock can be taken'})`);
  }
  if (!release) return refuse('is the cache of another process that runs');
  releasers.add('disk cache', release);
  return DiskCache.open({
    path: diskCachePath,
    maxBytes: diskCacheBytes,
    maxWaitingBytes: Math.max(maxCachedObjectBytes, Math.floor(cacheBytes / 16)),
    ...context,
  });
}
