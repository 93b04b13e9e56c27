import { Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { PinField } from './PinField.tsx';

interface Props {
  /** Whose PIN; undefined: the dialog is closed. */
  readonly of: string | undefined;
  /** What it is asked for. */
  readonly text: string;
  /** Throws what is wrong with it. */
  readonly onPin: (pin: string) => Promise<unknown>;
  readonly onClose: () => void;
}

function Question({ of, text, onPin, onClose }: Props & { readonly of: string }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    () => onPin(pin),
    () => field.current?.select(),
  );
  const isWrong = codeOf(error) === 'wrong_pin';
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <FormProblem error={isWrong ? undefined : error} />
        <PinField
          label={t('profiles.pinOf', { name: of })}
          isFirstInDialog
          ref={field}
          error={isWrong ? messageOf(error) : undefined}
          value={pin}
          onChange={setPin}
        />
        <FormActions submit={t('profiles.pinSubmit')} isBusy={isBusy} giveUp={{ onClick: onClose }} isInDialog />
      </Stack>
    </form>
  );
}

/** Asks for the PIN of a profile. */
export function PinDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={props.of !== undefined} title={t('profiles.pinTitle')} onClose={props.onClose}>
      {props.of !== undefined && <Question {...props} of={props.of} />}
    </Dialog>
  );
}
