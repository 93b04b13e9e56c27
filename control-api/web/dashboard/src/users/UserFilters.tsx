import { Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SearchField } from '../layout/SearchField.tsx';
import { searchCharacters, staffRoles, statuses, watchingRoles, type RoleFilter, type UsersView } from './view.ts';

interface Props {
  readonly view: UsersView;
  /** `again`: it takes the place of the view before in the browser's history. */
  readonly onView: (view: UsersView, again?: boolean) => void;
  /** Whether those who look see accounts of the staff. */
  readonly seesStaff: boolean;
}

/** Which users are shown. Each choice is a step in the browser's history. */
export function UserFilters({ view, onView, seesStaff }: Props) {
  const { t } = useTranslation();
  const roles: readonly RoleFilter[] = seesStaff ? ['staff', ...staffRoles, ...watchingRoles] : watchingRoles;
  return (
    <Group role="search" aria-label={t('users.filter')} gap="sm">
      <SearchField
        label={t('users.search')}
        clear={t('users.searchClear')}
        search={view.search}
        maxLength={searchCharacters}
        onSearch={(search, again) => onView({ ...view, search }, again)}
      />
      <NativeSelect
        aria-label={t('users.role')}
        className="filter-choice"
        value={view.role ?? ''}
        data={[
          { value: '', label: t('users.allRoles') },
          ...roles.map((role) => ({ value: role, label: role === 'staff' ? t('users.anyStaff') : t(`roles.${role}`) })),
        ]}
        onChange={({ currentTarget: { value } }) => onView({ ...view, role: roles.find((role) => role === value) })}
      />
      <NativeSelect
        aria-label={t('users.status')}
        className="filter-choice"
        value={view.status ?? ''}
        data={[
          { value: '', label: t('users.allStatuses') },
          ...statuses.map((status) => ({ value: status, label: t(`statuses.${status}`) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          onView({ ...view, status: statuses.find((status) => status === value) })
        }
      />
    </Group>
  );
}
