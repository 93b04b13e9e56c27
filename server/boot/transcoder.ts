import os from 'node:os';
import { namedLadders } from '../../config/sections/encode.ts';
import { loadLadder, type Ladder } from '../../transcoder/ladder/ladder-file.ts';
import { Semaphore } from '../kit/semaphore.ts';
import type { WorkerContext } from '../../transcoder/worker/context.ts';
import { SourceCache } from '../../transcoder/worker/source-cache.ts';
import { startTranscoder, type Transcoder } from '../../transcoder/worker/start.ts';

/** Reads the ladders and starts the workers. */
export async function openTranscoder(
  deps: Omit<WorkerContext, 'ladder' | 'ladders' | 'packagers' | 'sources'>,
): Promise<Transcoder> {
  const { config } = deps;
  const ladder = await loadLadder(config.encode.ladder);
  const ladders = new Map<string, Ladder>();
  for (const [name, file] of namedLadders(config.encode.ladders)) ladders.set(name, await loadLadder(file));
  const packagers = new Semaphore({ atOnce: config.encode.maxPackaging || os.availableParallelism() });
  const sources = new SourceCache({
    storage: deps.storage,
    scratch: deps.scratch,
    maxBytes: config.encode.sourceCacheBytes,
    minFreeBytes: config.storage.minFreeBytes,
    logger: deps.logger,
  });
  return startTranscoder({ ...deps, ladder, ladders, packagers, sources });
}
