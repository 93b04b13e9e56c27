import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { dayMs } from './quota.ts';
import { maxShownAccounts, type UploadLimits, type UploadQuota, type UploadUsage } from './schemas.ts';
import { findBegun, findHeaviest, findUsage } from './usage.ts';

/** Says how much accounts have uploaded, and how much they may. */
export class QuotaService {
  readonly #options: { readonly db: Database; readonly config: Pick<Config, 'uploads'>; readonly clock: Clock };

  constructor(options: { readonly db: Database; readonly config: Pick<Config, 'uploads'>; readonly clock: Clock }) {
    this.#options = options;
  }

  get #limits(): UploadLimits {
    const { maxOpenPerAccount, maxPerDay, maxBytesPerDay, maxStoredBytes } = this.#options.config.uploads;
    const orNone = (limit: number) => (limit === 0 ? null : limit);
    return {
      open: maxOpenPerAccount,
      begun: orNone(maxPerDay),
      begunBytes: orNone(maxBytesPerDay),
      storedBytes: orNone(maxStoredBytes),
    };
  }

  async of(accountId: string): Promise<UploadQuota> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const { open, begun, begunBytes, storedBytes } = await findUsage(db, accountId, now);
    const [oldest] = begun > 0 ? await findBegun(db, accountId, now, 1) : [];
    return {
      used: { open, begun, begunBytes, storedBytes },
      limits: this.#limits,
      freesAt: oldest ? toIso(oldest.at + dayMs) : null,
    };
  }

  async ofAll(): Promise<UploadUsage> {
    const { db, clock } = this.#options;
    const accounts = await findHeaviest(db, clock.now(), maxShownAccounts);
    return { items: accounts.map(({ id, email, ...used }) => ({ accountId: id, email, used })), limits: this.#limits };
  }
}
