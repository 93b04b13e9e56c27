/**
 * Another process beside the one of the test, on its database and its folder: ends accounts, or makes copies.
 *
 *     beside-process.ts <sqlite|postgres> <location> <folder> <erase|copy> <go|hang>
 *
 * Says `ready`, waits for a word, begins. With `hang` it says `half-way` when it comes to the storage, and goes no further:
 * to be killed there. Else it says how many accounts it has ended.
 */
import { once } from 'node:events';
import type { Test } from 'tap';
import { DatabaseQueue } from '../../../server/queue/database.ts';
import type { Storage } from '../../../server/storage/port.ts';
import { openFixture } from '../../../server/testing/open-fixture.ts';
import { startControlApi } from '../../testing/harness.ts';

const [kind, location, folder = '', task, how] = process.argv.slice(2);

/** Never resolves. */
function halfWay(): Promise<never> {
  process.send?.('half-way');
  return new Promise(() => undefined);
}

function hanging(storage: Storage): Storage {
  return Object.assign(storage, { deletePrefix: halfWay, putFile: halfWay });
}

// Nothing is torn down: the process is killed, or ends as it is.
const api = await startControlApi({ teardown: () => undefined } as unknown as Test, {
  folder,
  database: openFixture(kind, location),
  queue: (parts) => new DatabaseQueue({ ...parts, pollMs: 20 }),
  ...(how === 'hang' && { storage: hanging }),
});
process.send?.('ready');
await once(process, 'message');
if (task === 'copy') await api.controlApi.background.start();
else process.send?.(await api.upkeep<number>('personal-data.erase'));
// The channel to the parent keeps this process alive until it is killed.
process.on('message', () => undefined);
