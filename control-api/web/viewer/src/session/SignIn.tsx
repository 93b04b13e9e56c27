import { Anchor, Center, Text } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SignedOutBecause } from '../../../kit/session/session.ts';
import { SignInForm } from '../../../kit/session/SignInForm.tsx';
import { session } from '../api/server.ts';
import { offerPasskey } from '../passkey-offer/offer.ts';
import { paths } from '../paths.ts';
import { ProviderButtons } from '../providers/ProviderButtons.tsx';
import { useSignInOffer } from '../providers/providers.ts';

/** Signing in, within the frame. */
export function SignIn({ because }: { readonly because: SignedOutBecause | 'recovered' | undefined }) {
  const { t } = useTranslation(['viewer', 'kit']);
  const { data: offer } = useSignInOffer();
  return (
    <Center mih="60dvh">
      <SignInForm
        session={session}
        lead={t('signIn.lead')}
        because={because}
        byCode
        recovery={
          <Anchor component={Link} to={paths.recovery} inherit>
            {t('kit:signIn.forgotten')}
          </Anchor>
        }
        onSignedIn={(by) => {
          // Never after a code: who reads somebody's mail for a moment must not be able to stay.
          if (by === 'password') offerPasskey();
        }}
      >
        <ProviderButtons />
        {offer?.signUp === 'open' && (
          <Text size="sm" ta="center">
            <Trans
              t={t}
              i18nKey="signIn.new"
              components={{ to: <Anchor component={Link} to={paths.signUp} inherit underline="always" /> }}
            />
          </Text>
        )}
      </SignInForm>
    </Center>
  );
}
