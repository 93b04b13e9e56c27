import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { EmailField } from '../../../kit/forms/EmailField.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { MailedCodeForm } from '../../../kit/proofs/MailedCodeForm.tsx';
import type { Begun } from '../../../kit/proofs/proof.ts';
import { paths } from '../paths.ts';
import { Recovered } from './Recovered.tsx';
import { beginRecovery, completeRecovery } from './recovery.ts';

interface AskProps {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly onBegun: (begun: Begun) => void;
}

function Ask({ email, onEmail, onBegun }: AskProps) {
  const { t } = useTranslation();
  const { isBusy, error, submit } = useSubmission(async () => onBegun(await beginRecovery(email.trim())));
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={error} />
        <EmailField value={email} onChange={onEmail} />
        <Button type="submit" fullWidth mt="xs" loading={isBusy}>
          {t('recovery.send')}
        </Button>
        <Text size="sm" ta="center">
          <Anchor component={Link} to={paths.signIn} inherit>
            {t('toSignIn')}
          </Anchor>
        </Text>
      </Stack>
    </form>
  );
}

const isBreach = (error: unknown) => codeOf(error) === 'password_breached';

/**
 * Another password for one that is forgotten. Whether an address has an account is not said: only its mails tell, to
 * who reads them.
 */
export function RecoveryPage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const [email, setEmail] = useState('');
  const [begun, setBegun] = useState<Begun>();
  const [newPassword, setNewPassword] = useState('');
  const [isDone, setIsDone] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  if (isDone) return <Recovered />;
  if (!begun)
    return (
      <CardPage key="ask" title={t('recovery.title')} lead={t('recovery.lead')}>
        <Ask email={email} onEmail={setEmail} onBegun={setBegun} />
      </CardPage>
    );
  return (
    <CardPage key="code" title={t('recovery.code')} lead={t('recovery.codeText')}>
      <MailedCodeForm
        text={t('recovery.sentTo', { email })}
        send={() => beginRecovery(email.trim())}
        first={begun}
        show={async (given) => {
          await completeRecovery(given, newPassword);
          setIsDone(true);
        }}
        submit={t('recovery.submit')}
        giveUp={{ words: t('kit:signIn.otherAddress'), onClick: () => setBegun(undefined) }}
        isSaidThere={isBreach}
      >
        {(error) => (
          <PasswordField
            kind="new"
            label={t('password.new')}
            ref={field}
            error={isBreach(error) ? messageOf(error) : undefined}
            value={newPassword}
            onChange={setNewPassword}
          />
        )}
      </MailedCodeForm>
    </CardPage>
  );
}
