import { Menu } from '@mantine/core';
import { IconLayoutDashboard, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';
import { AccountMenu } from '../../../kit/session/AccountMenu.tsx';
import { opensDashboard } from '../../../kit/session/staff.ts';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { addresses } from '../addresses.ts';
import { session } from '../api/server.ts';
import { paths } from '../paths.ts';

/** The menu of the person who is signed in. */
export function PersonMenu({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { isBusy, signOut } = useSignOut(session);
  return (
    <AccountMenu account={account} isBusy={isBusy} onSignOut={() => void signOut()}>
      <Menu.Item component={Link} to={paths.account} leftSection={<IconUser size={16} />}>
        {t('frame.account')}
      </Menu.Item>
      {opensDashboard(account.permissions) && (
        <Menu.Item
          component="a"
          href={`${addresses.outside}/dashboard/`}
          leftSection={<IconLayoutDashboard size={16} />}
        >
          {t('frame.dashboard')}
        </Menu.Item>
      )}
    </AccountMenu>
  );
}
