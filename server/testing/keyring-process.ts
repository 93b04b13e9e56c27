/**
 * A child process for the keyring in the database: opens it when told to, rotates twice, says which keys it knew of.
 *
 *     keyring-process.ts <sqlite|postgres> <location> <ring> <secret>
 */
import { once } from 'node:events';
import { pino } from 'pino';
import { DatabaseKeyring } from '../keys/database.ts';
import { createSeal } from '../keys/seal.ts';
import { openFixture } from './open-fixture.ts';

const [kind, location, ring = '', secret = ''] = process.argv.slice(2);
const opened = openFixture(kind, location);
const seal = createSeal(secret);
process.send?.('ready');
await once(process, 'message');
const keyring = await DatabaseKeyring.open({
  db: opened.db,
  ring,
  seal,
  rotateAfterMs: 1e12,
  keepAfterMs: 1e12,
  clock: Date,
  logger: pino({ level: 'silent' }),
});
const first = keyring.current.kid;
const made = [(await keyring.rotate()).kid, (await keyring.rotate()).kid];
await keyring.close();
await opened.close();
process.send?.({ first, made });
process.disconnect();
