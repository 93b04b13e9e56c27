import { secretsIn, type Config } from '../../config/schema.ts';
import { openDatabase } from '../boot/database.ts';
import { defineCommand } from './command.ts';
import { createLogger } from '../kit/logger.ts';

/** Applies what the database lacks and says what that was. */
async function applyMigrations(config: Config): Promise<number> {
  const database = openDatabase(config, createLogger({ level: 'warn', pretty: true, secrets: secretsIn(config) }));
  try {
    const applied = await database.migrate();
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
    return 0;
  } finally {
    await database.close();
  }
}

export const migrate = defineCommand({
  name: 'migrate',
  summary: 'bring the database up to date',
  options: {},
  run: applyMigrations,
});
