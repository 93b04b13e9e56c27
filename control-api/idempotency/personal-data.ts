import type { PersonalData } from '../personal-data.ts';

/** Answers that are kept for a day, in case their request comes again. They say nothing that the rest does not say. */
export const personalDataOfIdempotency: PersonalData = {
  tables: { idempotency_keys: 'erased' },
  sections: [],
  async erase(tx, { id }) {
    await tx.deleteFrom('idempotency_keys').where('account_id', '=', id).execute();
  },
};
