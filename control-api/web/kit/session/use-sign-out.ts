import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailed } from '../layout/notify.ts';
import type { Session } from './session.ts';

/** Signs out, or says why not. */
export function useSignOut(session: Session): { readonly isBusy: boolean; readonly signOut: () => Promise<void> } {
  const { t } = useTranslation('kit');
  const [isBusy, setIsBusy] = useState(false);
  async function signOut() {
    setIsBusy(true);
    try {
      await session.signOut();
    } catch (error) {
      tellFailed(t('account.notSignedOut'), error);
    } finally {
      setIsBusy(false);
    }
  }
  return { isBusy, signOut };
}
