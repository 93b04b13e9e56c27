import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../api/problem.ts';
import { FormProblem } from '../forms/FormProblem.tsx';
import { PasswordField } from '../forms/PasswordField.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import type { StepUp } from './step-up.ts';

function Question({ stepUp }: { readonly stepUp: StepUp }) {
  const { t } = useTranslation('kit');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    () => stepUp.prove(password),
    () => field.current?.select(),
  );
  const isWrong = codeOf(error) === 'invalid_credentials';
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Text size="sm">{t('stepUp.text')}</Text>
        <FormProblem error={isWrong ? undefined : error} />
        <PasswordField
          kind="current"
          label={t('fields.password')}
          isFirstInDialog
          ref={field}
          error={isWrong ? t('fields.passwordWrong') : undefined}
          value={password}
          onChange={setPassword}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => stepUp.giveUp()}>
            {t('stepUp.giveUp')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('stepUp.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Asks for the password. */
export function StepUpDialog({ stepUp, isAsking }: { readonly stepUp: StepUp; readonly isAsking: boolean }) {
  const { t } = useTranslation('kit');
  return (
    <Modal
      opened={isAsking}
      onClose={() => stepUp.giveUp()}
      title={
        <Text component="span" fw={650}>
          {t('stepUp.title')}
        </Text>
      }
      centered
      radius="lg"
      // Above a dialog that waits for what was asked.
      zIndex={400}
      closeButtonProps={{ 'aria-label': t('close') }}
      data-testid="step-up"
    >
      <Question stepUp={stepUp} />
    </Modal>
  );
}
