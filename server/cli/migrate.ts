import { secretsIn, type Config } from '../../config/schema.ts';
import { openDatabase } from '../boot/adapters.ts';
import { createLogger } from '../kit/logger.ts';

/** Applies what the database lacks and says what that was. */
export async function migrate(config: Config): Promise<number> {
  const database = openDatabase(config, createLogger({ level: 'warn', pretty: true, secrets: secretsIn(config) }));
  try {
    const applied = await database.migrate();
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
    return 0;
  } finally {
    await database.close();
  }
}
