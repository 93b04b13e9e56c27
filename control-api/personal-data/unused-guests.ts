import type { Database } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { leastIdOf } from '../../server/kit/ids.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import { deletedAccountId } from '../personal-data.ts';
import type { Deletions } from './deletions.ts';

const dayMs = 86_400_000;
/** Guests that one run begins to remove. */
const mostAtOnce = 500;

export interface UnusedGuestsOptions {
  readonly db: Database;
  readonly deletions: Pick<Deletions, 'beginUnused'>;
  readonly outbox: Pick<Outbox, 'isOpen'>;
  /** After how many days without a sign of life; 0: never. */
  readonly days: number;
  readonly clock: Clock;
}

/**
 * Begins to remove guests who have not been there for long, as everything that belongs to an account is removed. That
 * holds for guests who signed in to an account of theirs, too, once everybody has heard of it who moves what they had
 * (`guest.handed-over`): while somebody has not, or could not, the guest stays. Returns how many.
 */
export async function forgetUnusedGuests(options: UnusedGuestsOptions, signal: AbortSignal): Promise<number> {
  const { db, deletions, outbox, days, clock } = options;
  if (days === 0) return 0;
  const before = clock.now() - days * dayMs;
  const found = await db
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'guest')
    .where('deletion_ends_at', 'is', null)
    // By their ids, which the index of roles is sorted by: of those who came lately none is looked at.
    .where('id', '<', leastIdOf('account', before))
    .where('updated_at', '<', before)
    .where('id', '!=', deletedAccountId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('sign_ins')
            .select('sign_ins.id')
            .whereRef('sign_ins.account_id', '=', 'accounts.id')
            .where('sign_ins.seen_at', '>=', before),
        ),
      ),
    )
    .orderBy('id')
    .limit(mostAtOnce)
    .execute();
  let begun = 0;
  for (const { id } of found) {
    if (signal.aborted) break;
    if (!(await outbox.isOpen(id)) && (await deletions.beginUnused(id))) begun += 1;
  }
  return begun;
}
