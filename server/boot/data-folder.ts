import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import { holdExclusively } from '../db/sqlite.ts';
import { OperatorError } from '../kit/errors.ts';
import { settingUp } from './setting-up.ts';
import type { Releasers } from './releasers.ts';

/**
 * Takes the data folder for this process. What the embedded backends keep in memory (sessions, events, caches) is
 * right only when there is one of them.
 * @throws OperatorError when another server has it, or it cannot be written to
 */
export async function takeDataFolder(config: Config, releasers: Releasers): Promise<void> {
  const release = await settingUp(`The data folder ${config.dataDir} cannot be used`, () =>
    holdExclusively(path.join(config.dataDir, 'server.lock')),
  );
  if (!release) {
    throw new OperatorError(
      `Another Dramabox runs on the data folder ${config.dataDir}. Stop it first, or give this one its own (dataDir, DRAMABOX_DATA_DIR).`,
    );
  }
  releasers.add('data folder', release);
}
