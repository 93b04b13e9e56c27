import { Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../forms/FormActions.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useFieldProblem } from '../forms/use-field-problem.ts';
import { useSubmission } from '../forms/use-submission.ts';

/** Of the server. */
const most = 60;

interface Props {
  /** What it is called now, or might be called. */
  readonly name: string;
  readonly text?: string;
  readonly submit: string;
  /** Throws what is wrong. */
  readonly onNamed: (name: string) => Promise<unknown>;
  readonly onGiveUp: () => void;
}

/** Naming a passkey: the name tells its owner which device it is of. */
export function PasskeyName({ name: before, text, submit: words, onNamed, onGiveUp }: Props) {
  const { t } = useTranslation('kit');
  const [name, setName] = useState(before);
  const input = useRef<HTMLInputElement>(null);
  const blank = name.trim() === '' ? t('fields.missing') : undefined;
  const { error: wrong, field, changed } = useFieldProblem(blank, undefined, input);
  const { isBusy, error, submit } = useSubmission(() => onNamed(name.trim()));
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {text !== undefined && <Text size="sm">{text}</Text>}
        <FormProblem error={error} />
        <TextInput
          label={t('passkeys.name')}
          name="passkey-name"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={most}
          error={wrong}
          data-autofocus
          {...field}
          value={name}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            changed();
            setName(event.currentTarget.value);
          }}
        />
        <FormActions submit={words} isBusy={isBusy} giveUp={{ onClick: onGiveUp }} isInDialog />
      </Stack>
    </form>
  );
}
