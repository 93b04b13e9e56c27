import { toIso } from '../../server/kit/clock.ts';
import type { AccountRow } from './repository.ts';
import type { AccountView } from './schemas.ts';

/** An account as the API shows it: never its password hash. */
export function presentAccount(row: AccountRow): AccountView {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    status: row.status,
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
  };
}
