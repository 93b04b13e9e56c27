import { IconBrandApple, IconBrandFacebook, IconBrandGoogle, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { components } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { session } from '../api/server.ts';

type Schemas = components['schemas'];
export type LinkedIdentity = Schemas['LinkedIdentity'];
/** A provider that browsers are sent to. */
export type ProviderName = Exclude<Schemas['SignInProviders']['items'][number]['provider'], 'phone'>;

export const providerIcons: Readonly<Record<ProviderName, Icon>> = {
  google: IconBrandGoogle,
  apple: IconBrandApple,
  facebook: IconBrandFacebook,
};

/** By whom people can sign in here, and whether there are new accounts. */
export function useSignInOffer() {
  return useQuery({
    queryKey: ['sign-in-offer'],
    queryFn: async () => bodyOf(await session.asNobody.GET('/api/v1/sign-in/providers')),
    // The operator changes it with a restart.
    staleTime: Infinity,
  });
}

/** The providers of an offer that browsers are sent to; none while it is not known. */
export function redirectsOf(offer: Schemas['SignInProviders'] | undefined): readonly ProviderName[] {
  return (offer?.items ?? []).flatMap(({ provider, ways }) =>
    provider !== 'phone' && ways.includes('redirect') ? [provider] : [],
  );
}
