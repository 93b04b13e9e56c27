import { Button, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../api/problem.ts';
import { CodeField } from '../forms/CodeField.tsx';
import { FormActions } from '../forms/FormActions.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { forgetUnknown, showPasskey, takesPasskeys } from '../passkeys/device.ts';
import { offeredWays, type PasskeyQuestion, type SecondFactor, type SecondFactorProof } from './proof.ts';
import { RecoveryCodeField } from './RecoveryCodeField.tsx';

interface Props {
  /** Those that the account has; at least one. */
  readonly factors: readonly SecondFactor[];
  readonly askPasskey: () => Promise<PasskeyQuestion>;
  /** Throws what is wrong with it. */
  readonly show: (proof: SecondFactorProof) => Promise<unknown>;
  /** Words on the button that sends what was typed in. */
  readonly submit: string;
  readonly giveUp: { readonly words?: string; readonly onClick: () => void };
  readonly isInDialog?: boolean;
}

/** Showing a second factor: one of them is asked for, and the others are the ways round it. */
export function FactorForm({ factors, askPasskey, show, submit: words, giveUp, isInDialog = false }: Props) {
  const { t } = useTranslation('kit');
  const ways = offeredWays(factors, takesPasskeys());
  const [factor, setFactor] = useState(ways[0]!);
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);

  async function byPasskey() {
    const question = await askPasskey();
    const given = await showPasskey(question, { isAutofill: false });
    try {
      await show(given);
    } catch (error) {
      await forgetUnknown(error, given, question);
      throw error;
    }
  }

  const { isBusy, error, submit, forget } = useSubmission(
    () => {
      if (factor === 'passkey') return byPasskey();
      return show(factor === 'totp' ? { totp: typed } : { recoveryCode: typed.trim() });
    },
    () => field.current?.select(),
  );
  const isAtField = factor !== 'passkey' && codeOf(error) === 'invalid_second_factor';
  const atField = isAtField ? messageOf(error) : undefined;
  const common = { value: typed, onChange: setTyped, error: atField, ref: field, autoFocus: true };

  function change(to: SecondFactor) {
    setFactor(to);
    setTyped('');
    forget();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={isAtField ? undefined : error} />
        {factor === 'passkey' && <Text size="sm">{t('factors.passkeyText')}</Text>}
        {factor === 'totp' && (
          <CodeField
            key="totp"
            label={t('factors.totp')}
            description={t('factors.totpText')}
            isFirstInDialog={isInDialog}
            {...common}
          />
        )}
        {factor === 'recovery-code' && <RecoveryCodeField key="recovery" isFirstInDialog={isInDialog} {...common} />}
        <FormActions
          submit={factor === 'passkey' ? t('factors.use.passkey') : words}
          isBusy={isBusy}
          giveUp={giveUp}
          isInDialog={isInDialog}
        />
        {ways.length > 1 && (
          <Stack gap={0} align={isInDialog ? 'flex-start' : 'stretch'}>
            {ways
              .filter((way) => way !== factor)
              .map((way) => (
                <Button key={way} variant="subtle" size="sm" disabled={isBusy} onClick={() => change(way)}>
                  {t(`factors.use.${way}`)}
                </Button>
              ))}
          </Stack>
        )}
      </Stack>
    </form>
  );
}
