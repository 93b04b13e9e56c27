import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { admin } from './admin.ts';
import { doctor } from './doctor-command.ts';
import { migrate } from './migrate.ts';
import { operatorMessage } from './operator-message.ts';
import { serve } from './serve.ts';
import { UsageError } from './usage.ts';

const usage = `Usage: node server/main.ts <command> [--config file.yaml]

  serve [--role control-api,transcoder,origin]   run the server (all roles unless told)
  migrate                                        bring the database up to date
  admin create --email you@example.com           make an administrator (the password is printed once)
  admin password --email you@example.com         set a new password (printed once)
  admin rotate-keys                              sign with new keys from now on
  doctor                                         say what was found and what is missing

Options stand in config/dramabox.example.yaml; the file is --config, else DRAMABOX_CONFIG, else ./dramabox.yaml.`;

export function configFile(given: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return given ?? environment['DRAMABOX_CONFIG'] ?? (existsSync('dramabox.yaml') ? 'dramabox.yaml' : undefined);
}

/** Runs one command and answers the exit code: 0 done, 1 failed, 2 called wrongly. Mistakes of use end in one clear line. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        role: { type: 'string' },
        email: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [command, ...rest] = positionals;
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const config = (): Config => loadConfig({ file: configFile(values.config, process.env), environment: process.env });
    switch (command) {
      case 'serve':
        return await serve(config(), values.role?.split(','));
      case 'migrate':
        return await migrate(config());
      case 'admin':
        return await admin(config(), rest[0], values.email);
      case 'doctor':
        return await doctor(config());
      default:
        throw new UsageError(
          command === undefined ? 'Which command?' : `There is no command ${JSON.stringify(command)}`,
        );
    }
  } catch (error) {
    if (
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    ) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    const message = operatorMessage(error);
    if (message !== undefined) {
      console.error(message);
      return 1;
    }
    throw error;
  }
}
