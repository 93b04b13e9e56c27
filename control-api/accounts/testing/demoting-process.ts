/** A child process for the tests of staff: opens a database, and each time it is told to, demotes one account as another. */
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { identity } from '../../../server/testing/identity.ts';
import { openFixture } from '../../../server/testing/open-fixture.ts';
import { auditLog } from '../../audit-log.ts';
import { Standing } from '../standing.ts';

const [kind, location] = process.argv.slice(2);
const { db, close } = openFixture(kind, location);
const audit = auditWithoutRequest(auditLog(systemClock));
const nothing = async () => undefined;
const standing = new Standing({
  db,
  access: { endAll: nothing, endInvitations: nothing, resetSecondFactor: async () => false },
  sessions: { endAll: async () => 0 },
  outbox: { record: nothing, wake: () => undefined },
  events: { publish: nothing },
  clock: systemClock,
});

process.on('message', ({ asker, target }: { readonly asker: string; readonly target: string }) => {
  const caller = {
    ...identity({ accountId: asker, role: 'super_admin' }),
    audit: {
      ...audit,
      record: (tx, entry) => audit.record(tx, { event: 'account.changed', ...entry }),
    } as typeof audit,
  };
  standing.change(caller, target, { role: 'support' }).then(
    () => process.send?.('done'),
    (error: unknown) => process.send?.(error instanceof ProblemError ? error.code : String(error)),
  );
});
process.on('disconnect', () => void close());
process.send?.('ready');
