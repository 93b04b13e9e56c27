/** A child process for the tests of profiles: opens a database, waits for a word, makes profiles, reports, ends. */
import { once } from 'node:events';
import { auditWithoutRequest } from '../../../server/http/writes/audit.ts';
import { systemClock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { newId } from '../../../server/kit/ids.ts';
import { identity } from '../../../server/testing/identity.ts';
import { openFixture } from '../../../server/testing/open-fixture.ts';
import { auditLog } from '../../audit-log.ts';
import { Households } from '../households.ts';
import { ProfilesService } from '../service.ts';
import { look } from './requests.ts';

const [kind, location, accountId = '', count = ''] = process.argv.slice(2);
const { db, close } = openFixture(kind, location);
const audit = auditWithoutRequest(auditLog(systemClock));
const households = new Households({ db, audit, clock: systemClock });
const profiles = new ProfilesService({ households, clock: systemClock });
const caller = {
  ...identity({ accountId, familyId: newId('family') }),
  audit: { ...audit, record: (tx, entry) => audit.record(tx, { event: 'profile.created', ...entry }) } as typeof audit,
};
process.send?.('ready');
await once(process, 'message');
const made = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    try {
      return (await profiles.create(caller, look)).id;
    } catch (error) {
      return error instanceof ProblemError ? error.code : String(error);
    }
  }),
);
process.send?.(made);
await close();
process.disconnect();
