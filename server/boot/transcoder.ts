import os from 'node:os';
import { loadLadder } from '../../transcoder/ladder/ladder-file.ts';
import { findTools } from '../../transcoder/tools.ts';
import { Semaphore } from '../kit/semaphore.ts';
import type { WorkerContext } from '../../transcoder/worker/context.ts';
import { startTranscoder, type Transcoder } from '../../transcoder/worker/start.ts';

/** Finds the tools, reads the ladder and starts the workers. */
export async function openTranscoder(deps: Omit<WorkerContext, 'tools' | 'ladder' | 'packagers'>): Promise<Transcoder> {
  const { config } = deps;
  const tools = await findTools(config.tools);
  const ladder = await loadLadder(config.encode.ladder);
  const packagers = new Semaphore({ atOnce: config.encode.maxPackaging || os.availableParallelism() });
  return startTranscoder({ ...deps, tools, ladder, packagers });
}
