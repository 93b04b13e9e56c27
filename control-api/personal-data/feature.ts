import type { Config } from '../../config/schema.ts';
import { dataCopiesOf } from '../../server/assets/storage-keys.ts';
import type { Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { ListedKeyring } from '../../server/keys/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { Notices } from '../../server/kit/notices.ts';
import { publicPath } from '../../server/kit/public-address.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import { Secrets } from '../../server/kit/secrets.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Feature } from '../feature.ts';
import { atOnce, type PersonalData } from '../personal-data.ts';
import { Copies } from './copies.ts';
import type { CopyJobs } from '../copy-jobs.ts';
import { CopyLinks } from './copy-links.ts';
import { registerCopyRoutes } from './copy-routes.ts';
import { Deletions } from './deletions.ts';
import { registerDeletionRoutes } from './deletion-routes.ts';
import { Erasure } from './erasure.ts';
import type { Owners } from './owners.ts';
import { personalDataProblems } from './problems.ts';
import { listCopies } from './repository.ts';
import { forgetUnusedGuests } from './unused-guests.ts';

/** How long a worker may be silent, in milliseconds: after a kill somebody else goes on this much later. */
const leaseMs = 60_000;
const minuteMs = 60_000;

export interface PersonalDataDeps {
  readonly config: Pick<Config, 'accounts' | 'server'>;
  readonly db: Database;
  /** What every other feature knows of people. */
  readonly data: readonly PersonalData[];
  readonly owners: Owners;
  readonly queue: Pick<JobQueue<CopyJobs>, 'enqueue' | 'missing' | 'work'>;
  readonly storage: Storage;
  readonly scratch: Scratch;
  readonly outbox: Pick<Outbox, 'record' | 'isOpen'>;
  readonly secretsKeyring: ListedKeyring;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What people may ask for about their data: a copy of it, and its end. */
export function personalDataFeature(deps: PersonalDataDeps): Feature & { readonly personalData: PersonalData } {
  const { config, queue, clock } = deps;
  const own = ownData(deps);
  const data = [...deps.data, own];
  const secrets = new Secrets(deps.secretsKeyring);
  const copies = new Copies({
    ...deps,
    sections: data.flatMap(({ sections }) => sections),
    links: new CopyLinks({ secrets, clock }),
  });
  const deletions = new Deletions({ ...deps, graceDays: config.accounts.deletionGraceDays });
  const erasure = new Erasure({ ...deps, data, secrets });
  const guests = { ...deps, deletions, days: config.accounts.unusedGuestDays };
  return {
    name: 'personal-data',
    problems: personalDataProblems,
    personalData: own,
    routes(app) {
      registerCopyRoutes(app, copies, publicPath(config.server.publicUrl));
      registerDeletionRoutes(app, deletions);
    },
    upkeep: [
      { name: 'personal-data.ask-for-copies', everyMs: minuteMs, run: () => copies.askAgain() },
      { name: 'personal-data.forget-copies', everyMs: 10 * minuteMs, run: (signal) => copies.forgetExpired(signal) },
      { name: 'personal-data.collect-copies', everyMs: 60 * minuteMs, run: (signal) => copies.collectLost(signal) },
      {
        name: 'personal-data.forget-guests',
        everyMs: 60 * minuteMs,
        run: (signal) => forgetUnusedGuests(guests, signal),
      },
      { name: 'personal-data.erase', everyMs: minuteMs, run: (signal) => erasure.run(signal) },
    ],
    consumers: [deletions.consumer],
    startJobs() {
      const worker = queue.work(
        'data-copy.make',
        { concurrency: 1, leaseMs, onFailed: ({ payload: { copyId } }, error) => copies.giveUp(copyId, error) },
        ({ payload: { copyId }, signal }) => copies.make(copyId, signal),
      );
      return (options) => worker.stop(options);
    },
  };
}

/** Copies are about somebody, too. */
function ownData({ db, storage }: Pick<PersonalDataDeps, 'db' | 'storage'>): PersonalData {
  return {
    tables: { data_copies: 'erased' },
    sections: [
      {
        name: 'dataCopies',
        about: 'Copies of your data that you asked for within the last week.',
        read: (accountId) =>
          atOnce(
            listCopies(db, accountId).then((rows) =>
              rows.map(({ id, state, created_at }) => ({ id, state, createdAt: toIso(created_at) })),
            ),
          ),
      },
    ],
    async beforeErasure(accountId) {
      await storage.deletePrefix(dataCopiesOf(accountId));
    },
    async erase(tx, { id }) {
      await tx.deleteFrom('data_copies').where('account_id', '=', id).execute();
    },
  };
}
