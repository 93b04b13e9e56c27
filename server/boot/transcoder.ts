import os from 'node:os';
import path from 'node:path';
import { loadLadder } from '../../transcoder/ladder/ladder-file.ts';
import { findTools } from '../../transcoder/tools.ts';
import { ConcurrencyLimit } from '../../transcoder/package/concurrency-limit.ts';
import type { WorkerContext } from '../../transcoder/worker/context.ts';
import { Scratch } from '../../transcoder/worker/scratch.ts';
import { startTranscoder, type Transcoder } from '../../transcoder/worker/start.ts';

/** Finds the tools, reads the ladder, opens the scratch folder and starts the workers. */
export async function openTranscoder(
  deps: Omit<WorkerContext, 'tools' | 'ladder' | 'scratch' | 'packagers'>,
): Promise<Transcoder> {
  const { config } = deps;
  const tools = await findTools(config.tools);
  const ladder = await loadLadder(config.encode.ladder);
  const packagers = new ConcurrencyLimit(config.encode.maxPackaging || os.availableParallelism());
  const scratch = await Scratch.open(path.join(config.dataDir, 'scratch'));
  const transcoder = startTranscoder({ ...deps, tools, ladder, scratch, packagers });
  return {
    async stop(options) {
      await transcoder.stop(options);
      await scratch.close();
    },
  };
}
