/** A child process for the tests of staff: opens a database, and each time it is told to, says which titles somebody works on. */
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { identity } from '../../../server/testing/identity.ts';
import { openFixture } from '../../../server/testing/open-fixture.ts';
import { auditLog } from '../../audit-log.ts';
import { Scopes } from '../scopes.ts';

const [kind, location] = process.argv.slice(2);
const { db, close } = openFixture(kind, location);
const audit = auditWithoutRequest(auditLog(systemClock));
const scopes = new Scopes({ db, events: { publish: async () => undefined }, clock: systemClock });

interface Wanted {
  readonly asker: string;
  readonly account: string;
  readonly titles: string[] | null;
}

process.on('message', ({ asker, account, titles }: Wanted) => {
  const caller = {
    ...identity({ accountId: asker, role: 'super_admin' }),
    audit: {
      ...audit,
      record: (tx, entry) => audit.record(tx, { event: 'account.scope-changed', ...entry }),
    } as typeof audit,
  };
  scopes.put(caller, account, titles).then(
    () => process.send?.('done'),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on('disconnect', () => void close());
process.send?.('ready');
