import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TranslatedError } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { i18n } from '../../../kit/messages/i18n.ts';
import { shiftCues } from '../api/tracks.ts';
import type { CueDraft } from './cue-draft.ts';

interface Props {
  readonly subtitlesId: string;
  readonly draft: CueDraft;
  readonly onClose: () => void;
}

function Form({ subtitlesId, draft, onClose }: Props) {
  const { t } = useTranslation();
  const [by, setBy] = useState('');
  const wrong = (key: 'shiftWrong' | 'shiftUnsaved') =>
    new TranslatedError(key, () => i18n.t(`cues.${key}`, { ns: 'dashboard' }));
  const { isBusy, error, submit } = useSubmission(async () => {
    const match = /^\s*([+\u2212-]?)(\d{1,8})\s*$/.exec(by);
    if (!match) throw wrong('shiftWrong');
    const revision = await draft.saved();
    if (revision === undefined) throw wrong('shiftUnsaved');
    await shiftCues(subtitlesId, revision, Number(match[2]) * (match[1] === '' || match[1] === '+' ? 1 : -1));
    await draft.reload();
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('cues.shiftText')}</Text>
        <TextInput
          label={t('cues.shiftBy')}
          name="by"
          autoComplete="off"
          data-autofocus
          value={by}
          onChange={({ currentTarget }) => setBy(currentTarget.value)}
        />
        <FormProblem error={error} />
        <FormActions submit={t('cues.shift')} isBusy={isBusy} isInDialog />
      </Stack>
    </form>
  );
}

/** Moves all texts in time. */
export function ShiftDialog({ opened, ...props }: Props & { readonly opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('cues.shift')} onClose={props.onClose}>
      <Form {...props} />
    </Dialog>
  );
}
