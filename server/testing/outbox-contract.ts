import type { Test } from 'tap';
import { outboxDeliveryContract } from './outbox-contract/delivery.ts';
import { outboxFailuresContract } from './outbox-contract/failures.ts';
import type { CreateOutboxFixture } from './outbox-contract/fixture.ts';
import { outboxProcessesContract } from './outbox-contract/processes.ts';

export type { OutboxFixture } from './outbox-contract/fixture.ts';

/** What every outbox promises. `createFixture` makes an empty one for each test. */
export function outboxContract(t: Test, createFixture: CreateOutboxFixture): void {
  outboxDeliveryContract(t, createFixture);
  outboxFailuresContract(t, createFixture);
  outboxProcessesContract(t, createFixture);
}
