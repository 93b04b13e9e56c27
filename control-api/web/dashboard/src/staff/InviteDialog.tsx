import { Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useFieldProblem } from '../../../kit/forms/use-field-problem.ts';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { invite } from '../api/invitations.ts';
import type { StaffRole } from '../api/types.ts';
import { RoleField } from '../users/RoleField.tsx';
import { canBeNarrowed, staffRoles } from '../users/view.ts';
import { ScopeField, type Chosen } from './ScopeField.tsx';

function Form({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<StaffRole>('content_manager');
  const [chosen, setChosen] = useState<Chosen>(null);
  const input = useRef<HTMLInputElement>(null);
  const { error: wrong, field, changed } = useFieldProblem(undefined, undefined, input);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      const titles = canBeNarrowed(role) ? (chosen?.map(({ id }) => id) ?? null) : null;
      await invite(email.trim(), role, titles);
      tellDone(t('staff.invited'), email.trim());
      onClose();
    },
    () => input.current?.select(),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('staff.inviteText')}</Text>
        <FormProblem error={error} />
        <TextInput
          label={t('staff.email')}
          type="email"
          name="invited-email"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={254}
          data-autofocus
          error={wrong}
          {...field}
          value={email}
          onChange={(event) => {
            changed();
            setEmail(event.currentTarget.value);
          }}
        />
        <RoleField roles={staffRoles} role={role} onRole={setRole} />
        {canBeNarrowed(role) && <ScopeField chosen={chosen} onChange={setChosen} />}
        <FormActions
          submit={t('staff.sendInvitation')}
          isBusy={isBusy}
          giveUp={{ words: t('staff.keep'), onClick: onClose }}
          isInDialog
        />
      </Stack>
    </form>
  );
}

/** Asks somebody to become staff. */
export function InviteDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('staff.invite')} onClose={onClose}>
      <Form onClose={onClose} />
    </Dialog>
  );
}
