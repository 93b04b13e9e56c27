import os from 'node:os';
import { loadLadder } from '../../transcoder/ladder/ladder-file.ts';
import { Semaphore } from '../kit/semaphore.ts';
import type { WorkerContext } from '../../transcoder/worker/context.ts';
import { startTranscoder, type Transcoder } from '../../transcoder/worker/start.ts';

/** Reads the ladder and starts the workers. */
export async function openTranscoder(deps: Omit<WorkerContext, 'ladder' | 'packagers'>): Promise<Transcoder> {
  const { config } = deps;
  const ladder = await loadLadder(config.encode.ladder);
  const packagers = new Semaphore({ atOnce: config.encode.maxPackaging || os.availableParallelism() });
  return startTranscoder({ ...deps, ladder, packagers });
}
