import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { auditWithoutRequest, useAuditLog, type Audit } from '../../server/http/writes/audit.ts';
import type { ListedKeyring } from '../../server/keys/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import { Secrets } from '../../server/kit/secrets.ts';
import type { UpkeepTask } from '../../server/kit/upkeep.ts';
import { AddressTags } from '../address-tags.ts';
import { auditLog } from '../audit-log.ts';
import type { Feature } from '../feature.ts';
import { chainRecords } from './chaining.ts';
import { checkWhenDue } from './checking.ts';
import { findHistory, type HistoryRow } from './history.ts';
import { personalDataOfAudit } from './personal-data.ts';
import { forgetOldRecords } from './retention.ts';
import { registerAuditRoutes } from './routes.ts';
import { ChainWatch } from './watch.ts';

const dayMs = 86_400_000;
/** How long a stop waits for records to be chained, in milliseconds. */
const lastChainingMs = 2000;

export interface AuditDeps {
  readonly config: Pick<Config, 'collection'>;
  readonly db: Database;
  /** Tells apart addresses of people, which the log does not have. */
  readonly secretsKeyring: ListedKeyring;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly notices: Notices;
}

/** The log, and who adds to it without a request. */
export interface AuditFeature extends Feature {
  /** Records what no request asks for: upkeep, operators at the machine. */
  readonly audit: Audit;
  /** The newest records about an account: of itself, its sign-ins and its passkeys; at most `limit`. */
  historyOf(accountId: string, limit: number): Promise<readonly HistoryRow[]>;
}

/** The log of what was changed: every write adds to it in its own transaction, and only its age takes anything out. */
export function auditFeature(deps: AuditDeps): AuditFeature {
  const { db, clock, config } = deps;
  const { auditDays } = config.collection;
  const tags = new AddressTags(new Secrets(deps.secretsKeyring));
  const write = auditLog(clock, tags);
  const audit = auditWithoutRequest(write);
  const forget: UpkeepTask = {
    name: 'audit.forget',
    everyMs: dayMs / 24,
    // Whole days, so that there is one removal a day to be recorded.
    run: (signal) => {
      const today = Math.floor(clock.now() / dayMs);
      return forgetOldRecords({ db, audit }, (today - auditDays) * dayMs, signal);
    },
  };
  return {
    name: 'audit',
    audit,
    personalData: personalDataOfAudit(db),
    historyOf: (accountId, limit) => findHistory(db, accountId, limit),
    upkeep: [
      // What waits to be chained can still be changed without a trace, so nothing waits for long.
      { name: 'audit.chain', everyMs: 1000, run: (signal) => chainRecords(db, clock.now(), signal) },
      // Processes may live for less than the day between two checks.
      { name: 'audit.check', everyMs: 600_000, run: (signal) => checkWhenDue(deps, signal) },
      ...(auditDays === 0 ? [] : [forget]),
    ],
    startJobs() {
      const stopWatching = new ChainWatch(deps).start();
      return async ({ force }) => {
        await stopWatching();
        // While no server runs nothing would be chained.
        if (!force) await chainLast(deps);
      };
    },
    routes(app) {
      useAuditLog(app, write);
      registerAuditRoutes(app, { ...deps, tags });
    },
  };
}

/** Chains what is there when a process stops, as far as that can be done in a moment. */
async function chainLast({ db, clock, logger }: AuditDeps): Promise<void> {
  try {
    await chainRecords(db, clock.now(), AbortSignal.timeout(lastChainingMs));
  } catch (error) {
    logger.warn({ err: toError(error) }, 'the last records of the audit log are chained by the next process');
  }
}
