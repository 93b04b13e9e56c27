import t from 'tap';
import { DatabaseUnavailable } from '../db/port.ts';
import { createLogger } from '../kit/logger.ts';
import { migrateWhenThere } from './database.ts';

t.test('a start waits for a database that is not there yet, and says so once', async (t) => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  let asked = 0;
  const later = {
    migrate: async () => {
      asked += 1;
      if (asked < 3) throw new DatabaseUnavailable('The database cannot be reached: connect ECONNREFUSED');
      return ['first'];
    },
  };
  t.strictSame(await migrateWhenThere(later, 60_000, logger), ['first']);
  t.equal(asked, 3);
  t.equal(lines.length, 1);
  t.match(lines[0], /the start waits for the database/);

  const never = { migrate: () => Promise.reject(new DatabaseUnavailable('away')) };
  await t.rejects(migrateWhenThere(never, 0, logger), DatabaseUnavailable, 'not for ever');
  asked = 0;
  const wrong = {
    migrate: async () => {
      asked += 1;
      throw new Error('password authentication failed');
    },
  };
  await t.rejects(migrateWhenThere(wrong, 60_000, logger), /password authentication/);
  t.equal(asked, 1, 'what does not get better is not waited for');
});
