import { Menu } from '@mantine/core';
import { IconLayoutDashboard, IconUser, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';
import { AccountMenu } from '../../../kit/session/AccountMenu.tsx';
import { worksInDashboard } from '../../../kit/session/staff.ts';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { addresses } from '../addresses.ts';
import { session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { useProfiles } from '../profiles/household.ts';
import { useProfileWords } from '../profiles/profile-words.ts';
import { ProfilePicture } from '../profiles/pictures/ProfilePicture.tsx';

/** The menu of the person who is signed in. */
export function PersonMenu({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const { isBusy, signOut } = useSignOut(session);
  const { current } = useProfiles();
  const { nameOf } = useProfileWords();
  return (
    <AccountMenu
      account={account}
      isBusy={isBusy}
      onSignOut={() => void signOut()}
      {...(current && {
        detail: t('frame.watchingAs', { name: nameOf(current) }),
        picture: <ProfilePicture avatar={current.avatar} size={32} />,
      })}
    >
      <Menu.Item component={Link} to={paths.profiles} leftSection={<IconUsers size={16} />}>
        {t('profiles.change')}
      </Menu.Item>
      <Menu.Item component={Link} to={paths.account} leftSection={<IconUser size={16} />}>
        {t('frame.account')}
      </Menu.Item>
      {worksInDashboard(account) && (
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
