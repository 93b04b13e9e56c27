import { TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldProblem } from '../forms/use-field-problem.ts';

/** Letters that a recovery code has at least, without its hyphens. */
const least = 16;

interface Props {
  readonly value: string;
  readonly onChange: (code: string) => void;
  /** What the server said of it. */
  readonly error?: string | undefined;
  readonly isFirstInDialog?: boolean;
  readonly autoFocus?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One of the codes that stand in for a second factor. */
export function RecoveryCodeField({ value, onChange, error: given, isFirstInDialog, autoFocus, ref }: Props) {
  const { t } = useTranslation('kit');
  const isWhole = value.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= least;
  const { error, field, changed } = useFieldProblem(isWhole ? undefined : t('factors.recoveryLacks'), given, ref);
  return (
    <TextInput
      label={t('factors.recovery')}
      description={t('factors.recoveryText')}
      name="recovery-code"
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      required
      withAsterisk={false}
      maxLength={40}
      dir="ltr"
      classNames={{ input: 'recovery-code-field' }}
      error={error}
      data-autofocus={isFirstInDialog || undefined}
      autoFocus={autoFocus ?? false}
      {...field}
      value={value}
      onChange={(event) => {
        changed();
        onChange(event.currentTarget.value);
      }}
    />
  );
}
