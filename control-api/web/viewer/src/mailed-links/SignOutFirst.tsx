import { Button } from '@mantine/core';
import { IconLogout, IconUserQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../kit/api/types.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { session } from '../api/server.ts';

/** In place of a page that signs somebody in, while somebody is: that may be somebody else of the household. */
export function SignOutFirst({ account }: { readonly account: Account }) {
  const { t } = useTranslation(['viewer', 'kit']);
  const { isBusy, signOut } = useSignOut(session);
  return (
    <EmptyPage
      icon={IconUserQuestion}
      title={t('mailedLink.signedIn')}
      text={t('mailedLink.signedInText', { email: account.email ?? t('kit:account.nameless') })}
      toDo={
        <Button leftSection={<IconLogout size={18} />} loading={isBusy} onClick={() => void signOut()}>
          {t('mailedLink.signOut')}
        </Button>
      }
    />
  );
}
