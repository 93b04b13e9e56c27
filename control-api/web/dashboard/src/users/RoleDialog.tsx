import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { changeRole } from '../api/accounts.ts';
import type { UserAccount } from '../api/types.ts';
import { nameOf } from './names.ts';
import { RoleField } from './RoleField.tsx';
import { givenRoles } from './view.ts';

interface Props {
  readonly opened: boolean;
  readonly user: UserAccount;
  readonly onClose: () => void;
}

function Form({ user, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [role, setRole] = useState(givenRoles.find((each) => each === user.role) ?? 'viewer');
  const { isBusy, error, submit } = useSubmission(async () => {
    await changeRole(user.id, role);
    tellDone(t('user.roleChanged'), `${nameOf(t, user)}: ${t(`roles.${role}`)}`);
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('user.roleText')}</Text>
        <FormProblem error={error} />
        <RoleField roles={givenRoles} role={role} onRole={setRole} isFirstInDialog />
        <FormActions
          submit={t('user.save')}
          isBusy={isBusy}
          giveUp={{ words: t('user.keep'), onClick: onClose }}
          isInDialog
        />
      </Stack>
    </form>
  );
}

/** Another role for somebody. */
export function RoleDialog({ opened, user, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('user.changeRole')} onClose={onClose}>
      <Form user={user} onClose={onClose} />
    </Dialog>
  );
}
