import { newId } from '../../../server/kit/ids.ts';
import type { Harness } from '../../testing/harness.ts';
import type { Writes } from './write.ts';

/** An account that is to be deleted. */
async function leaving(api: Harness) {
  const viewer = await api.as('viewer');
  const change = { deletion_requested_at: 1, deletion_ends_at: 4_000_000_000_000, deletion_by: 'owner' as const };
  await api.db.updateTable('accounts').set(change).where('id', '=', viewer.id).execute();
  return viewer;
}

/** Copies of one's data, and accounts that end. */
export const personalDataWrites: Writes = {
  'POST /api/v1/accounts/me/data-copies': async (api) => {
    const { id: actor, authorization } = await api.as('viewer');
    return { url: '/accounts/me/data-copies', authorization, record: { actor, subject: /^copy_/ } };
  },
  'POST /api/v1/accounts/me/data-copies/:id/download': async (api) => {
    const { id: actor, authorization } = await api.as('viewer');
    const id = newId('copy');
    const times = { created_at: 1, ready_at: 1, expires_at: api.clock.now() + 60_000 };
    await api.db
      .insertInto('data_copies')
      .values({ id, account_id: actor, state: 'ready', storage_key: 'data-copies/x', bytes: 1, ...times })
      .execute();
    return { url: `/accounts/me/data-copies/${id}/download`, authorization, record: { actor, subject: id } };
  },
  'POST /api/v1/accounts/me/deletion': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const record = { actor: id, subject: id, before: null, after: { by: 'owner', endsAt: String } };
    return { url: '/accounts/me/deletion', authorization, body: { reason: 'seven green bottles' }, record };
  },
  'DELETE /api/v1/accounts/me/deletion': async (api) => {
    const { id, authorization } = await leaving(api);
    const record = { actor: id, subject: id, before: { endsAt: String }, after: null };
    return { url: '/accounts/me/deletion', authorization, record };
  },
  'DELETE /api/v1/accounts/guest': async (api) => {
    const { id, authorization } = await api.as('guest');
    return { url: '/accounts/guest', authorization, record: { actor: id, subject: id, after: { by: 'owner' } } };
  },
  'POST /api/v1/accounts/:id/deletion': async (api) => {
    const { id: actor, authorization } = await api.as('support');
    const { id } = await api.addAccount('viewer');
    const record = { actor, subject: id, after: { by: 'staff', reason: 'Asked for it' } };
    return { url: `/accounts/${id}/deletion`, authorization, body: { reason: 'Asked for it' }, record };
  },
  'DELETE /api/v1/accounts/:id/deletion': async (api) => {
    const { id: actor, authorization } = await api.as('support');
    const { id } = await leaving(api);
    const record = { actor, subject: id, before: { endsAt: String }, after: { reason: 'Thought better of it' } };
    return { url: `/accounts/${id}/deletion`, authorization, body: { reason: 'Thought better of it' }, record };
  },
};
