import type { Test } from 'tap';
import { deliveryContract } from './queue-contract/delivery.ts';
import { failuresContract } from './queue-contract/failures.ts';
import type { CreateQueueFixture } from './queue-contract/fixture.ts';
import { groupsContract } from './queue-contract/groups.ts';
import { leasesContract } from './queue-contract/leases.ts';
import { stopsContract } from './queue-contract/stops.ts';

export { testJobNames, type QueueFixture, type TestJobs } from './queue-contract/fixture.ts';

/** What every job queue promises. `createFixture` makes an empty queue for each test. */
export function queueContract(t: Test, createFixture: CreateQueueFixture): void {
  deliveryContract(t, createFixture);
  groupsContract(t, createFixture);
  failuresContract(t, createFixture);
  leasesContract(t, createFixture);
  stopsContract(t, createFixture);
}
