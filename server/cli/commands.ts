import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/load.ts';
import { adminCommands } from './admin.ts';
import { parseCommandLine, UsageError, type Command } from './command.ts';
import { doctor } from './doctor.ts';
import { migrate } from './migrate.ts';
import { operatorMessage } from './operator-message.ts';
import { serve } from './serve.ts';

const commands: readonly Command[] = [serve, migrate, ...adminCommands, doctor];

export function configFile(given: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return given ?? environment['DRAMABOX_CONFIG'] ?? (existsSync('dramabox.yaml') ? 'dramabox.yaml' : undefined);
}

/**
 * Does what a person asked for and returns the exit code: what `work` says, 2 when it was called wrongly, 1 when there is
 * something that an operator can mend. Both end in a message without a stack. @throws what is a fault of ours
 */
export async function forOperator(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${error.help}`);
      return 2;
    }
    const message = operatorMessage(error);
    if (message === undefined) throw error;
    console.error(message);
    return 1;
  }
}

/** Runs the command that a command line names and returns the exit code. */
export function run(argv: readonly string[]): Promise<number> {
  return forOperator(async () => {
    const call = parseCommandLine(commands, argv);
    if ('help' in call) {
      console.log(call.help);
      return 0;
    }
    const config = loadConfig({ file: configFile(call.config, process.env), environment: process.env });
    return call.command.run(config, call.values);
  });
}
