import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { putScope, useScope } from '../api/scopes.ts';
import type { UserAccount } from '../api/types.ts';
import { nameOf } from '../users/names.ts';
import { ScopeField, type Chosen } from './ScopeField.tsx';

interface Props {
  readonly opened: boolean;
  readonly member: UserAccount;
  readonly onClose: () => void;
}

function Form({ member, present, onClose }: Omit<Props, 'opened'> & { readonly present: Chosen }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(present);
  const { isBusy, error, submit } = useSubmission(async () => {
    await putScope(member.id, chosen?.map(({ id }) => id) ?? null);
    tellDone(t('staff.scopeChanged'), nameOf(t, member));
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" className="break-anywhere">
          {t('staff.scopeText', { name: nameOf(t, member) })}
        </Text>
        <FormProblem error={error} />
        <ScopeField chosen={chosen} onChange={setChosen} isFirstInDialog />
        <FormActions
          submit={t('staff.saveScope')}
          isBusy={isBusy}
          giveUp={{ words: t('staff.keep'), onClick: onClose }}
          isInDialog
        />
      </Stack>
    </form>
  );
}

function Loaded({ member, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const { data, error, isFetching, refetch } = useScope(member.id);
  if (error !== null)
    return (
      <Notice
        tone="failure"
        title={t('staff.scopeFailed')}
        says={messageOf(error)}
        toDo={<TryAgain onClick={() => void refetch()} />}
      />
    );
  // What was read before may be another one by now.
  if (!data || isFetching) return <Waiting isPart />;
  return <Form member={member} present={data.titles} onClose={onClose} />;
}

/** Which titles somebody of the staff works on. */
export function ScopeDialog({ opened, member, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('staff.scope')} onClose={onClose}>
      <Loaded member={member} onClose={onClose} />
    </Dialog>
  );
}
