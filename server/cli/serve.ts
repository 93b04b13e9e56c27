import type { Config } from '../../config/schema.ts';
import { startServer } from '../boot/server.ts';
import { StopSignals } from './stop-signals.ts';

/** Runs until a signal. */
export async function serve(config: Config, roles: readonly string[] | undefined): Promise<number> {
  const signals = new StopSignals();
  try {
    return await signals.stop(await startServer(config, roles), config);
  } finally {
    signals.release();
  }
}
