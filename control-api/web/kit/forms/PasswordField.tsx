import { PasswordInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { lackOf, passwordLength } from './password-length.ts';
import { useFieldProblem } from './use-field-problem.ts';

interface Props {
  /** `new`: one that is being chosen. The rule is shown, and kept before anything is sent. */
  readonly kind: 'current' | 'new';
  readonly label: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
  /** What the server said of it. */
  readonly error?: string | undefined;
  /** For dialogs, which put the focus there when they open. */
  readonly isFirstInDialog?: boolean;
  /** Where it is what somebody has come for. */
  readonly autoFocus?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A password, which can be looked at. */
export function PasswordField({
  kind,
  label,
  value,
  onChange,
  error: given,
  isFirstInDialog = false,
  autoFocus = false,
  ref,
}: Props) {
  const { t } = useTranslation('kit');
  const isNew = kind === 'new';
  const lack = isNew ? lackOf(value) : 0;
  const { error, field, changed } = useFieldProblem(
    lack > 0 ? t('fields.passwordLacks', { count: lack }) : undefined,
    given,
    ref,
  );
  return (
    <PasswordInput
      label={label}
      {...(isNew && { description: t('fields.passwordRule', { least: passwordLength.least }) })}
      name={isNew ? 'new-password' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      // It is pressed or not: the words stay.
      visibilityToggleButtonProps={{ 'aria-label': t('fields.showPassword', { field: label }) }}
      visibilityToggleFocusable
      required
      withAsterisk={false}
      maxLength={passwordLength.most}
      error={error}
      // Mantine says it of its other fields, and not of this one.
      aria-invalid={error === undefined ? undefined : true}
      data-autofocus={isFirstInDialog || undefined}
      autoFocus={autoFocus}
      {...field}
      value={value}
      onChange={(event) => {
        changed();
        onChange(event.currentTarget.value);
      }}
    />
  );
}
