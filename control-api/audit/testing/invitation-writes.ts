import type { Harness } from '../../testing/harness.ts';
import { mailsTo } from '../../testing/mails.ts';
import { until } from '../../../server/testing/until.ts';
import type { Writes } from './write.ts';

const password = 'seven green bottles on a wall';

/** Somebody who invites, what they have invited somebody to, and the link of the mail. */
async function invited(api: Harness, email: string) {
  const { id: actor, authorization } = await api.as('super_admin');
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/invitations',
    headers: { authorization },
    body: { email, role: 'support' },
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const { id } = answer.json<{ id: string }>();
  api.outbox.wake();
  const { link } = await until('the invitation is sent', async () =>
    (await mailsTo(api, email)).find(({ subject }) => subject.includes('invited')),
  );
  return { actor, authorization, id, link };
}

/** Inviting somebody and accepting, each done once with success. Mails are sent meanwhile. */
export const invitationWrites: Writes = {
  'POST /api/v1/invitations': async (api) => {
    const { id: actor, authorization } = await api.as('super_admin');
    const body = { email: 'invited-1@example.com', role: 'finance' };
    const record = { actor, subject: /^invitation_/, after: { email: /^address:/, role: 'finance' } };
    return { url: '/invitations', authorization, body, record };
  },
  'POST /api/v1/invitations/:id/send-again': async (api) => {
    const { actor, authorization, id } = await invited(api, 'invited-2@example.com');
    return { url: `/invitations/${id}/send-again`, authorization, record: { actor, subject: id } };
  },
  'DELETE /api/v1/invitations/:id': async (api) => {
    const { actor, authorization, id } = await invited(api, 'invited-3@example.com');
    const before = { email: /^address:/, role: 'support' };
    return { url: `/invitations/${id}`, authorization, record: { actor, subject: id, before, after: null } };
  },
  'POST /api/v1/invitations/accept': async (api) => {
    const { actor: invitedBy, id, link } = await invited(api, 'invited-4@example.com');
    return {
      url: '/invitations/accept',
      body: { link, password, delivery: 'body' },
      record: { actor: /^account_/, subject: id, after: { account: /^account_/, role: 'support', invitedBy } },
    };
  },
  'POST /api/v1/accounts/me/invitation': async (api) => {
    const { id: account, email, authorization } = await api.as('viewer');
    const { actor: invitedBy, id, link } = await invited(api, email);
    return {
      url: '/accounts/me/invitation',
      authorization,
      body: { link },
      record: { actor: account, subject: id, after: { account, role: 'support', invitedBy } },
    };
  },
};
