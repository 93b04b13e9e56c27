/**
 * A child process of the audit log's tests: writes records, some of which are taken back, and wrong passwords of one
 * account, while it chains what there is, as fast as it can.
 *
 *     writing-process.ts <sqlite|postgres> <location> <name> <rounds>
 */
import { once } from 'node:events';
import { setImmediate as otherWork } from 'node:timers/promises';
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { openFixture } from '../../../server/testing/open-fixture.ts';
import { lockAccount } from '../../account.ts';
import { auditLog } from '../../audit-log.ts';
import { chainRecords } from '../chaining.ts';

const [kind, location, name = '', rounds = ''] = process.argv.slice(2);
const { db, close } = openFixture(kind, location);
// A clock of its own, which goes an hour with every tenth round: records are closed while others add to them.
let now = Date.now();
const audit = auditWithoutRequest(auditLog({ now: () => now }));
const going = new AbortController().signal;

process.send?.('ready');
await once(process, 'message');
let isWriting = true;
async function chain(): Promise<void> {
  while (isWriting) {
    await chainRecords(db, now, going);
    await otherWork();
  }
}
const chaining = chain();
for (let round = 0; round < Number(rounds); round += 1) {
  if (round % 10 === 9) now += 3_600_000;
  const change = db.transaction().execute(async (tx) => {
    // As a change of an account does, and as a wrong password does: its row first, then the record.
    await lockAccount(tx, 'account_shared');
    await audit.record(tx, { event: 'account.changed', subject: name, after: { round } });
    await audit.record(tx, { event: 'sign-in.failed', subject: 'unknown-account', perHour: true });
    await lockAccount(tx, 'account_other');
    if (round % 3 === 0) throw new Error('taken back');
  });
  await change.catch((error: unknown) => {
    if (!(error instanceof Error && error.message === 'taken back')) throw error;
  });
}
isWriting = false;
await chaining;
await close();
process.disconnect();
