import { Button, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { api, session } from '../api/server.ts';
import { useAccount } from '../session/use-account.ts';

const isWrongPassword = (error: unknown) => codeOf(error) === 'invalid_credentials';

/** Another password for the account. It ends all sign-ins, so one signs in again afterwards. */
export function PasswordPage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const { email } = useAccount();
  const [currentPassword, setCurrentPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const currentField = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      await api.POST('/api/v1/accounts/me/password', { body: { currentPassword, newPassword } });
      session.passwordChanged();
    },
    (thrown) => {
      if (isWrongPassword(thrown)) currentField.current?.select();
    },
  );
  const isWrong = isWrongPassword(error);
  return (
    <Stack gap="lg">
      <PageHeading title={t('password.title')} />
      <Section title={t('password.change')}>
        <form onSubmit={submit}>
          <Stack gap="md" maw={440}>
            <Text size="sm">{t('password.text')}</Text>
            <FormProblem error={isWrong ? undefined : error} />
            {/* Tells password managers whose password it is. */}
            <input type="email" name="email" autoComplete="username" value={email ?? ''} readOnly hidden />
            <PasswordField
              kind="current"
              label={t('password.current')}
              ref={currentField}
              error={isWrong ? t('kit:fields.passwordWrong') : undefined}
              value={currentPassword}
              onChange={setCurrentPassword}
            />
            <PasswordField kind="new" label={t('password.new')} value={newPassword} onChange={setNewPassword} />
            <Button type="submit" loading={isBusy} style={{ alignSelf: 'flex-start' }}>
              {t('password.submit')}
            </Button>
          </Stack>
        </form>
      </Section>
    </Stack>
  );
}
