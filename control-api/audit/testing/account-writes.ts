import type { Harness } from '../../testing/harness.ts';
import { addTotp } from '../../testing/totp.ts';
import type { Write, Writes } from './write.ts';

const reason = 'Asked for it by phone';

/** Somebody of support, and what they do to an account. */
async function bySupport(api: Harness, id: string, what: string, record: object): Promise<Write> {
  const { id: actor, authorization } = await api.as('support');
  return { url: `/accounts/${id}/${what}`, authorization, body: { reason }, record: { actor, subject: id, ...record } };
}

/** What staff do to accounts, each done once with success. */
export const accountWrites: Writes = {
  'POST /api/v1/accounts': async (api) => {
    const { id, authorization } = await api.as('super_admin');
    const email = 'new@example.com';
    return {
      url: '/accounts',
      authorization,
      body: { email, password: 'a password of many words' },
      record: {
        actor: id,
        subject: /^account_/,
        before: null,
        after: { email: /^address:/, role: 'viewer', status: 'active' },
      },
    };
  },
  'PATCH /api/v1/accounts/:id': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    const { id } = await api.addAccount('viewer');
    return {
      url: `/accounts/${id}`,
      authorization,
      body: { role: 'content_manager' },
      record: {
        actor,
        subject: id,
        before: { role: 'viewer', status: 'active' },
        after: { role: 'content_manager', status: 'active' },
      },
    };
  },
  'PUT /api/v1/accounts/:id/scope': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    const { id } = await api.addAccount('content_manager');
    const { id: title } = await api.rows.catalogueTitle();
    return {
      url: `/accounts/${id}/scope`,
      authorization,
      body: { titles: [title] },
      record: { actor, subject: id, before: { titles: 'all' }, after: { titles: title } },
    };
  },
  'POST /api/v1/accounts/:id/disable': async (api) => {
    const { id } = await api.addAccount('viewer');
    return bySupport(api, id, 'disable', { before: { status: 'active' }, after: { status: 'disabled', reason } });
  },
  'POST /api/v1/accounts/:id/enable': async (api) => {
    const { id } = await api.rows.account({ status: 'locked' });
    return bySupport(api, id, 'enable', { before: { status: 'locked' }, after: { status: 'active', reason } });
  },
  'POST /api/v1/accounts/:id/sign-out': async (api) => {
    const { id } = await api.addAccount('viewer');
    return bySupport(api, id, 'sign-out', { after: { reason } });
  },
  'POST /api/v1/accounts/:id/second-factor/reset': async (api) => {
    const { id } = await api.addAccount('viewer');
    await addTotp(api, id);
    return bySupport(api, id, 'second-factor/reset', { after: { reason } });
  },
};
