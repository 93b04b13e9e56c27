import { TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldProblem } from '../../../kit/forms/use-field-problem.ts';

/** Of the server. */
const most = 40;

interface Props {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

/** What a profile is called. */
export function NameField({ value, onChange }: Props) {
  const { t } = useTranslation(['viewer', 'kit']);
  const input = useRef<HTMLInputElement>(null);
  const { error, field, changed } = useFieldProblem(
    value.trim() === '' ? t('kit:fields.missing') : undefined,
    undefined,
    input,
  );
  return (
    <TextInput
      label={t('profiles.name')}
      name="profile-name"
      autoComplete="off"
      required
      withAsterisk={false}
      maxLength={most}
      error={error}
      {...field}
      value={value}
      onChange={(event) => {
        changed();
        onChange(event.currentTarget.value);
      }}
    />
  );
}
