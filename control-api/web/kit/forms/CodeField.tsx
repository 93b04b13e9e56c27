import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { codeDigits, codeLength } from './code-digits.ts';
import { useFieldProblem } from './use-field-problem.ts';

interface Props {
  readonly label: string;
  /** Where the code is to be found. */
  readonly description?: string;
  readonly value: string;
  readonly onChange: (code: string) => void;
  /** What the server said of it. */
  readonly error?: string | undefined;
  /** For dialogs, which put the focus there when they open. */
  readonly isFirstInDialog?: boolean;
  /** Where it is what somebody has come for. */
  readonly autoFocus?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/**
 * A code of six digits: one field, so that screen readers, password managers and phones, which offer the code of a
 * message, take it for what it is. It takes what is pasted with spaces or words around.
 */
export function CodeField({
  label,
  description,
  value,
  onChange,
  error: given,
  isFirstInDialog = false,
  autoFocus = false,
  ref,
}: Props) {
  const { t } = useTranslation('kit');
  const isWhole = value.length === codeLength;
  const { error, field, changed } = useFieldProblem(
    isWhole ? undefined : t('fields.codeLacks', { digits: codeLength }),
    given,
    ref,
  );
  return (
    <TextInput
      label={label}
      description={description}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      spellCheck={false}
      required
      withAsterisk={false}
      // No `maxLength`: it would cut off what is pasted with a space in it.
      dir="ltr"
      classNames={{ input: 'code-field' }}
      error={error}
      data-autofocus={isFirstInDialog || undefined}
      autoFocus={autoFocus}
      {...field}
      value={value}
      onChange={(event) => {
        changed();
        onChange(codeDigits(event.currentTarget.value));
      }}
    />
  );
}
