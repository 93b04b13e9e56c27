/** A child process for the database contract: opens the database, waits for a word, migrates, reports, ends. */
import { once } from 'node:events';
import { openFixture } from './open-fixture.ts';

const opened = openFixture(process.argv[2], process.argv[3]);
process.send?.('ready');
await once(process, 'message');
try {
  process.send?.({ applied: await opened.migrate() });
} catch (error) {
  process.send?.({ error: String(error) });
}
await opened.close();
process.disconnect();
