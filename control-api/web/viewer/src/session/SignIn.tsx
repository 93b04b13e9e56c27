import { Center } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SignedOutBecause } from '../../../kit/session/session.ts';
import { SignInForm } from '../../../kit/session/SignInForm.tsx';
import { session } from '../api/server.ts';

/** Signing in, within the frame. */
export function SignIn({ because }: { readonly because: SignedOutBecause | undefined }) {
  const { t } = useTranslation();
  return (
    <Center mih="60dvh">
      <SignInForm session={session} lead={t('signIn.lead')} because={because} />
    </Center>
  );
}
