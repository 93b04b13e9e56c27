import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldProblem } from './use-field-problem.ts';

interface Props {
  readonly value: string;
  readonly onChange: (email: string) => void;
  /** Only where nothing but the form is on the page: on phones it opens the keyboard. */
  readonly autoFocus?: boolean;
  /** Whether the browser is to offer passkeys in it. */
  readonly offersPasskeys?: boolean;
  /** What the server said of it. */
  readonly error?: string | undefined;
  readonly ref?: Ref<HTMLInputElement>;
}

/** The address that an account is known by. */
export function EmailField({ value, onChange, autoFocus = false, offersPasskeys = false, error: given, ref }: Props) {
  const { t } = useTranslation('kit');
  const { error, field, changed } = useFieldProblem(undefined, given, ref);
  return (
    <TextInput
      label={t('fields.email')}
      type="email"
      name="email"
      autoComplete={offersPasskeys ? 'username webauthn' : 'username'}
      required
      withAsterisk={false}
      autoFocus={autoFocus}
      maxLength={254}
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
