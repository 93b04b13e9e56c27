import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../api/problem.ts';
import { FormActions } from '../forms/FormActions.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { PasswordField } from '../forms/PasswordField.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { Dialog } from '../layout/Dialog.tsx';
import { NotLoaded } from '../layout/NotLoaded.tsx';
import { FactorForm } from '../proofs/FactorForm.tsx';
import { MailedCodeForm } from '../proofs/MailedCodeForm.tsx';
import { isSecondFactor, type Way } from '../proofs/proof.ts';
import type { StepUp } from './step-up.ts';

interface QuestionProps {
  readonly stepUp: StepUp;
  readonly giveUp: { readonly onClick: () => void };
}

function PasswordQuestion({ stepUp, giveUp }: QuestionProps) {
  const { t } = useTranslation('kit');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    () => stepUp.prove({ password }),
    () => field.current?.select(),
  );
  const isWrong = codeOf(error) === 'invalid_credentials';
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <FormProblem error={isWrong ? undefined : error} />
        <PasswordField
          kind="current"
          label={t('fields.password')}
          isFirstInDialog
          autoFocus
          ref={field}
          error={isWrong ? t('fields.passwordWrong') : undefined}
          value={password}
          onChange={setPassword}
        />
        <FormActions submit={t('stepUp.submit')} isBusy={isBusy} giveUp={giveUp} isInDialog />
      </Stack>
    </form>
  );
}

function Question({ ways, ...props }: QuestionProps & { readonly ways: readonly Way[] }) {
  const { t } = useTranslation('kit');
  const { stepUp, giveUp } = props;
  const factors = ways.filter(isSecondFactor);
  if (factors.length > 0)
    return (
      <FactorForm
        factors={factors}
        askPasskey={() => stepUp.askPasskey()}
        show={(proof) => stepUp.prove(proof)}
        submit={t('stepUp.submit')}
        giveUp={giveUp}
        isInDialog
      />
    );
  if (ways.includes('password')) return <PasswordQuestion {...props} />;
  if (ways.includes('code'))
    return (
      <MailedCodeForm
        text={t('stepUp.byCode')}
        send={() => stepUp.sendCode()}
        show={(given) => stepUp.prove(given)}
        submit={t('stepUp.submit')}
        giveUp={giveUp}
        isInDialog
      />
    );
  return (
    <Stack gap="lg">
      <Text size="sm">{t('stepUp.noWay')}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={giveUp.onClick}>
          {t('close')}
        </Button>
      </Group>
    </Stack>
  );
}

function Asking({ stepUp }: { readonly stepUp: StepUp }) {
  const { t } = useTranslation('kit');
  const {
    data: ways,
    error,
    refetch,
  } = useQuery({
    queryKey: ['ways-to-confirm'],
    queryFn: () => stepUp.ways(),
    // They may have changed on this very page.
    gcTime: 0,
  });
  return (
    <Stack gap="lg">
      <Text size="sm">{t('stepUp.text')}</Text>
      {ways ? (
        <Question ways={ways} stepUp={stepUp} giveUp={{ onClick: () => stepUp.giveUp() }} />
      ) : (
        <NotLoaded error={error} onAgain={refetch} />
      )}
    </Stack>
  );
}

/** Asks for whatever the account proves by who it is. */
export function StepUpDialog({ stepUp, isAsking }: { readonly stepUp: StepUp; readonly isAsking: boolean }) {
  const { t } = useTranslation('kit');
  return (
    <Dialog opened={isAsking} onClose={() => stepUp.giveUp()} title={t('stepUp.title')} isAbove data-testid="step-up">
      <Asking stepUp={stepUp} />
    </Dialog>
  );
}
