import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { useAccount } from '../session/use-account.ts';
import { paths } from '../paths.ts';
import { accountRooms } from './rooms.ts';

/** The rooms of an account, beside the way to the others. */
export function AccountArea() {
  const { t } = useTranslation();
  const account = useAccount();
  return (
    <div className="account-area">
      <nav className="account-navigation" aria-label={t('account.navigation')}>
        {accountRooms.map(({ path, name, icon: RoomIcon }) => (
          <NavLink key={path} to={path} end={path === paths.account} className="navigation-link">
            <RoomIcon size={18} stroke={1.7} aria-hidden />
            <Text component="span" size="sm" fw={550}>
              {t(`account.rooms.${name}`)}
            </Text>
          </NavLink>
        ))}
      </nav>
      <div className="account-room">
        <Outlet context={account} />
      </div>
    </div>
  );
}
