import { Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';

/** Of the server. */
const most = 500;

interface Props {
  readonly opened: boolean;
  readonly title: string;
  /** What it leads to. */
  readonly text: string;
  /** Words on the button that does it. */
  readonly action: string;
  /** Throws what is wrong. */
  readonly onConfirm: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

function Form({ text, action, onConfirm, onClose }: Omit<Props, 'opened' | 'title'>) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const { isBusy, error, submit } = useSubmission(async () => {
    await onConfirm(reason.trim());
    onClose();
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        const isBlank = reason.trim() === '';
        setIsMissing(isBlank);
        if (isBlank) event.preventDefault();
        else submit(event);
      }}
    >
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <FormProblem error={error} />
        <Textarea
          label={t('user.reason')}
          description={t('user.reasonHint')}
          name="reason"
          required
          withAsterisk={false}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={most}
          data-autofocus
          error={isMissing && t('kit:fields.missing')}
          value={reason}
          onChange={(event) => {
            setIsMissing(false);
            setReason(event.currentTarget.value);
          }}
        />
        <FormActions submit={action} isBusy={isBusy} giveUp={{ words: t('user.keep'), onClick: onClose }} isInDialog />
      </Stack>
    </form>
  );
}

/** Asks why before something is done to somebody's account. */
export function ReasonDialog({ opened, title, ...form }: Props) {
  return (
    <Dialog opened={opened} title={title} onClose={form.onClose}>
      <Form {...form} />
    </Dialog>
  );
}
