import { Text } from '@mantine/core';
import { IconChevronLeft, IconMoodKid } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { useProfiles } from '../profiles/household.ts';
import { ToProfiles } from '../profiles/ToProfiles.tsx';
import { paths } from '../paths.ts';
import { useAccount } from '../session/use-account.ts';
import { accountEntries } from './entries.ts';

/**
 * The rooms of an account. Wide windows have the way to the others beside them; in narrow ones the first room is that
 * way, and the others lead back to it. A kids' profile has nothing to do here.
 */
export function AccountArea() {
  const { t } = useTranslation();
  const account = useAccount();
  const { pathname } = useLocation();
  const { current } = useProfiles();
  if (current?.isKids)
    return (
      <EmptyPage
        icon={IconMoodKid}
        title={t('account.notForKids')}
        text={t('account.notForKidsText')}
        toDo={<ToProfiles />}
      />
    );
  return (
    <div className="account-area">
      <nav className="account-navigation" aria-label={t('account.navigation')}>
        {accountEntries.map(({ path, name, icon: RoomIcon }) => (
          <NavLink key={path} to={path} end={path === paths.account} className="navigation-link">
            <RoomIcon size={18} stroke={1.7} aria-hidden />
            <Text component="span" size="sm" fw={550}>
              {t(`account.rooms.${name}`)}
            </Text>
          </NavLink>
        ))}
      </nav>
      <div className="account-room">
        {pathname.replace(/\/$/, '') !== paths.account && (
          <Link to={paths.account} className="account-back">
            <IconChevronLeft size={18} className="toward-start" aria-hidden />
            {t('account.back')}
          </Link>
        )}
        <Outlet context={account} />
      </div>
    </div>
  );
}
