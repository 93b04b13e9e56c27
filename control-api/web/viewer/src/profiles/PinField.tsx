import { PasswordInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldProblem } from '../../../kit/forms/use-field-problem.ts';

/** Digits of a PIN. */
const least = 4;
const most = 6;

interface Props {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (pin: string) => void;
  /** What the server said of it. */
  readonly error?: string | undefined;
  readonly isFirstInDialog?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Four to six digits, which others in the room do not see. */
export function PinField({ label, description, value, onChange, error: given, isFirstInDialog = false, ref }: Props) {
  const { t } = useTranslation(['viewer', 'kit']);
  const { error, field, changed } = useFieldProblem(
    value.length < least ? t('profiles.pinLacks', { least, most }) : undefined,
    given,
    ref,
  );
  return (
    <PasswordInput
      label={label}
      description={description}
      name="profile-pin"
      inputMode="numeric"
      // No password of the account: managers are not to keep it in its place.
      autoComplete="off"
      data-1p-ignore
      visibilityToggleButtonProps={{ 'aria-label': t('kit:fields.showPassword', { field: label }) }}
      visibilityToggleFocusable
      required
      withAsterisk={false}
      error={error}
      aria-invalid={error === undefined ? undefined : true}
      data-autofocus={isFirstInDialog || undefined}
      {...field}
      value={value}
      onChange={(event) => {
        changed();
        onChange(event.currentTarget.value.normalize('NFKC').replaceAll(/\D/g, '').slice(0, most));
      }}
    />
  );
}
