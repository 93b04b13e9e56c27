import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AccountStatus, Role } from '../api/types.ts';

const roleColors: Readonly<Record<Role, string>> = {
  super_admin: 'grape',
  content_manager: 'indigo',
  support: 'cyan',
  finance: 'teal',
  viewer: 'gray',
  guest: 'gray',
};
const statusColors: Readonly<Record<AccountStatus, string>> = { active: 'teal', disabled: 'red', locked: 'orange' };
const look = { variant: 'light', tt: 'none', fw: 600, size: 'md', style: { flexShrink: 0 } } as const;

export function RoleBadge({ role }: { readonly role: Role }) {
  const { t } = useTranslation();
  return (
    <Badge {...look} color={roleColors[role]} data-testid="role">
      {t(`roles.${role}`)}
    </Badge>
  );
}

export function StatusBadge({ status }: { readonly status: AccountStatus }) {
  const { t } = useTranslation();
  return (
    <Badge {...look} color={statusColors[status]} data-testid="status">
      {t(`statuses.${status}`)}
    </Badge>
  );
}

/** Of an account that is to be deleted. */
export function LeavingBadge({ endsAt }: { readonly endsAt: string }) {
  const { t } = useTranslation();
  return (
    <Badge {...look} color="red" data-testid="leaving">
      {t('user.leaving', { at: endsAt })}
    </Badge>
  );
}
