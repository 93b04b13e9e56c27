import type { Database } from '../../server/db/port.ts';
import { useServiceKeys } from '../../server/http/callers/services.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Feature } from '../feature.ts';
import { findServiceCaller } from './keys.ts';
import { personalDataOfApiKeys } from './personal-data.ts';

/** Keys with which other programs call the routes that are for services. */
export function apiKeysFeature({ db, clock }: { readonly db: Database; readonly clock: Clock }): Feature {
  return {
    name: 'api-keys',
    personalData: personalDataOfApiKeys(db),
    routes(app) {
      useServiceKeys(app, (key) => findServiceCaller(db, key, clock));
    },
  };
}
