import type { Secrets } from '../../../server/kit/secrets.ts';
import type { Consumer } from '../../../server/outbox/port.ts';
import type { RevocableGrant } from '../providers/port.ts';
import type { Providers } from '../providers/open.ts';
import { grantSealedFor } from './identities.ts';

/** With pauses of five minutes: three days, for a provider may be away for long. */
const maxAttempts = 900;

/**
 * Tells providers that a person has no account here any more: Apple takes back what was allowed, Firebase deletes its
 * user. Where the provider is not on any more there is nobody to tell.
 */
export function tellProviders({
  providers,
  secrets,
}: {
  readonly providers: Providers;
  readonly secrets: Secrets;
}): Consumer<'identity.removed'> {
  return {
    name: 'sign-in.tell-providers',
    events: ['identity.removed'],
    maxAttempts,
    async deliver({ payload: { provider, subject, grant, firebaseUser } }) {
      if (grant !== null && providers.apple && provider === 'apple') {
        const opened = secrets.open(grant, grantSealedFor({ provider, subject }));
        await providers.apple.revocation.revoke(JSON.parse(opened) as RevocableGrant);
      }
      if (firebaseUser !== null) await providers.firebase?.deleteUser(firebaseUser);
    },
  };
}
