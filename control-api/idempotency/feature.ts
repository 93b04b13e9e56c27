import type { Database } from '../../server/db/port.ts';
import { useIdempotency } from '../../server/http/writes/idempotency.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Feature } from '../feature.ts';
import { personalDataOfIdempotency } from './personal-data.ts';
import { DatabaseIdempotency } from './store.ts';

const hourMs = 3_600_000;

/** Requests that are done once however often they are sent (`config.idempotent`). */
export function idempotencyFeature({ db, clock }: { readonly db: Database; readonly clock: Clock }): Feature {
  const store = new DatabaseIdempotency(db, clock);
  return {
    name: 'idempotency',
    personalData: personalDataOfIdempotency,
    routes(app) {
      useIdempotency(app, store);
    },
    upkeep: [{ name: 'idempotency.collect', everyMs: hourMs, run: () => store.collectExpired() }],
  };
}
