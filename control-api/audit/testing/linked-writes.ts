import type { LinkedSite } from '../../sign-in/linked/testing/site.ts';
import type { Writes } from './write.ts';

const delivery = 'body';

/** Every write about accounts elsewhere that declares an event, done once with success. */
export function linkedWrites(site: LinkedSite): Writes {
  let people = 0;
  const meet = () => {
    people += 1;
    const email = `met-${people}@gmail.com`;
    site.google.person = { sub: `met-${people}`, email, email_verified: true };
    site.facebook.person = { id: `${people}`, name: 'Met' };
  };
  const visited = async (authorization?: string) => {
    meet();
    const tab = await site.begin('google', authorization);
    await site.visit(tab);
    return tab;
  };
  const signedIn = { actor: /^account_/, subject: /^family_/ };
  return {
    'POST /api/v1/sign-in/finish': async () => ({
      url: '/sign-in/finish',
      body: { token: (await visited()).token, delivery },
      record: { ...signedIn, after: { proofs: 'google' } },
    }),
    'POST /api/v1/sign-in/:provider/finish': async () => {
      meet();
      const { token } = await site.begin('facebook');
      return {
        url: '/sign-in/facebook/finish',
        body: { token, accessToken: site.facebook.giveToken('1'), delivery },
        record: { ...signedIn, after: { proofs: 'facebook' } },
      };
    },
    'POST /api/v1/sign-in/firebase': async () => {
      meet();
      return {
        url: '/sign-in/firebase',
        body: { idToken: site.firebaseToken(), delivery },
        record: { ...signedIn, after: { proofs: 'phone' } },
      };
    },
    'POST /api/v1/accounts/me/identities/by-firebase': async (api) => {
      const { id, authorization } = await api.as('viewer');
      return {
        url: '/accounts/me/identities/by-firebase',
        authorization,
        body: { idToken: site.firebaseToken() },
        record: { actor: id, subject: /^identity_/, after: { provider: 'phone' } },
      };
    },
    'POST /api/v1/accounts/me/identities': async (api) => {
      const { id, authorization } = await api.as('viewer');
      return {
        url: '/accounts/me/identities',
        authorization,
        body: { token: (await visited(authorization)).token },
        record: { actor: id, subject: /^identity_/, after: { provider: 'google' } },
      };
    },
    'POST /api/v1/accounts/me/identities/by-token/:provider': async (api) => {
      const { id, authorization } = await api.as('viewer');
      meet();
      const { token } = await site.begin('facebook', authorization);
      return {
        url: '/accounts/me/identities/by-token/facebook',
        authorization,
        body: { token, accessToken: site.facebook.giveToken('1') },
        record: { actor: id, subject: /^identity_/, after: { provider: 'facebook' } },
      };
    },
    'DELETE /api/v1/accounts/me/identities/:id': async (api) => {
      const { id, authorization } = await api.as('viewer');
      meet();
      const linked = await site.signIn('google', authorization);
      const identity = linked.json<{ id: string }>().id;
      return {
        url: `/accounts/me/identities/${identity}`,
        authorization,
        record: { actor: id, subject: identity, before: { provider: 'google' } },
      };
    },
  };
}
