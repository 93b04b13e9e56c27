import { startServer } from '../boot/server.ts';
import { defineCommand } from './command.ts';
import { StopSignals } from './stop-signals.ts';

/** Runs until a signal. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'run the server (all roles unless told)',
  options: { role: { type: 'list', value: 'control-api,transcoder,origin', help: 'what this process does' } },
  async run(config, { role }) {
    const signals = new StopSignals();
    try {
      return await signals.stop(await startServer(config, role), config);
    } finally {
      signals.release();
    }
  },
});
