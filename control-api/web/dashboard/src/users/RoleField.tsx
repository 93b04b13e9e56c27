import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { givenRoles } from './view.ts';

type GivenRole = (typeof givenRoles)[number];

interface Props<R extends GivenRole> {
  readonly roles: readonly R[];
  readonly role: R;
  readonly onRole: (role: R) => void;
  readonly isFirstInDialog?: boolean;
}

/** A role, with what it means. */
export function RoleField<R extends GivenRole>({ roles, role, onRole, isFirstInDialog = false }: Props<R>) {
  const { t } = useTranslation();
  const shown: GivenRole = role;
  return (
    <NativeSelect
      label={t('users.role')}
      description={t(`roleMeans.${shown}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      name="role"
      data-autofocus={isFirstInDialog || undefined}
      value={role}
      data={roles.map((each: GivenRole) => ({ value: each, label: t(`roles.${each}`) }))}
      onChange={({ currentTarget: { value } }) => onRole(roles.find((each) => each === value) ?? role)}
    />
  );
}
