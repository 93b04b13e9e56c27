import { Button, Stack } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { useMailedLink } from '../mailed-links/mailed-link.ts';
import { NoLink } from '../mailed-links/NoLink.tsx';
import { paths } from '../paths.ts';
import { Recovered } from './Recovered.tsx';
import { completeRecovery } from './recovery.ts';

/** The way to another mail. */
function ToRecovery() {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={paths.recovery} variant="light">
      {t('recovery.anew')}
    </Button>
  );
}

/** Where the link of the mail leads. */
export function NewPasswordPage() {
  const { t } = useTranslation();
  const link = useMailedLink();
  const [newPassword, setNewPassword] = useState('');
  const [isDone, setIsDone] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      if (link === undefined) return;
      await completeRecovery({ link }, newPassword);
      setIsDone(true);
    },
    () => field.current?.select(),
  );
  if (isDone) return <Recovered />;
  if (codeOf(error) === 'invalid_link')
    return <EmptyPage icon={IconLinkOff} title={t('mailedLink.over')} text={messageOf(error)} toDo={<ToRecovery />} />;
  if (link === undefined) return <NoLink toDo={<ToRecovery />} />;
  const isBreached = codeOf(error) === 'password_breached';
  return (
    <CardPage title={t('recovery.choose')} lead={t('recovery.chooseText')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={isBreached ? undefined : error} />
          <PasswordField
            kind="new"
            label={t('password.new')}
            ref={field}
            error={isBreached ? messageOf(error) : undefined}
            value={newPassword}
            onChange={setNewPassword}
          />
          <Button type="submit" fullWidth mt="xs" loading={isBusy}>
            {t('recovery.submit')}
          </Button>
        </Stack>
      </form>
    </CardPage>
  );
}
