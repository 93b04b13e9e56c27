import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { useWaysIn } from '../../../kit/ways-in/ways-in.ts';
import { api, connection, session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { useAccount } from '../session/use-account.ts';

/** @param isFirst whether the account has none yet: then there is no present one to give */
function PasswordForm({ isFirst }: { readonly isFirst: boolean }) {
  const { t } = useTranslation(['viewer', 'kit']);
  const { email } = useAccount();
  const [currentPassword, setCurrentPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [currentField, newField] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const { isBusy, error, submit } = useSubmission(
    async () => {
      await api.POST('/api/v1/accounts/me/password', {
        body: isFirst ? { newPassword } : { currentPassword, newPassword },
      });
      session.passwordChanged();
    },
    (thrown) => {
      if (codeOf(thrown) === 'invalid_credentials') currentField.current?.select();
      if (codeOf(thrown) === 'password_breached') newField.current?.select();
    },
  );
  const isWrong = codeOf(error) === 'invalid_credentials';
  const isBreached = codeOf(error) === 'password_breached';
  return (
    <Section title={t(isFirst ? 'password.set' : 'password.change')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={440}>
          <Text size="sm">{t(isFirst ? 'password.setText' : 'password.text')}</Text>
          <FormProblem error={isWrong || isBreached ? undefined : error} />
          {/* Tells password managers whose password it is. */}
          <input type="email" name="email" autoComplete="username" value={email ?? ''} readOnly hidden />
          {!isFirst && (
            <Stack gap={6}>
              <PasswordField
                kind="current"
                label={t('password.current')}
                ref={currentField}
                error={isWrong ? t('kit:fields.passwordWrong') : undefined}
                value={currentPassword}
                onChange={setCurrentPassword}
              />
              <Text size="sm">
                <Anchor component={Link} to={paths.recovery} inherit>
                  {t('kit:signIn.forgotten')}
                </Anchor>
              </Text>
            </Stack>
          )}
          <PasswordField
            kind="new"
            label={t('password.new')}
            ref={newField}
            error={isBreached ? messageOf(error) : undefined}
            value={newPassword}
            onChange={setNewPassword}
          />
          <Group>
            <Button type="submit" loading={isBusy}>
              {t(isFirst ? 'password.submitFirst' : 'password.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

/** Another password for the account, or its first one. It ends all sign-ins, so one signs in again afterwards. */
export function PasswordPage() {
  const { t } = useTranslation();
  const { data: waysIn, error, refetch } = useWaysIn(connection);
  return (
    <Stack gap="lg">
      <PageHeading title={t('password.title')} />
      {waysIn ? <PasswordForm isFirst={!waysIn.hasPassword} /> : <NotLoaded error={error} onAgain={refetch} />}
    </Stack>
  );
}
