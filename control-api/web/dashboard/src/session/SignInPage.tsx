import { useTranslation } from 'react-i18next';
import { PlainPage } from '../../../kit/layout/PlainPage.tsx';
import type { SignedOutBecause } from '../../../kit/session/session.ts';
import { SignInForm } from '../../../kit/session/SignInForm.tsx';
import { session } from '../api/server.ts';
import { ToRecovery } from './ToRecovery.tsx';

/** Shown in place of whatever page was asked for while nobody is signed in. */
export function SignInPage({ because }: { readonly because: SignedOutBecause | undefined }) {
  const { t } = useTranslation();
  return (
    <PlainPage>
      <SignInForm session={session} lead={t('signIn.lead')} because={because} recovery={<ToRecovery />} autoFocus />
    </PlainPage>
  );
}
