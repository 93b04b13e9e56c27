import { Alert, Button, Paper, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconClock, IconLogin2 } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmailField } from '../forms/EmailField.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { PasswordField } from '../forms/PasswordField.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { PageHeading } from '../layout/PageHeading.tsx';
import type { Session, SignedOutBecause } from './session.ts';

interface Props {
  readonly session: Session;
  /** What one signs in for. */
  readonly lead: string;
  /** Why the sign-in before has ended, when it did not end by signing out. */
  readonly because: SignedOutBecause | undefined;
  /** Only where nothing but the form is on the page: on phones it opens the keyboard. */
  readonly autoFocus?: boolean;
}

const looks = {
  ended: { color: 'brand', icon: <IconClock size={18} /> },
  'password-changed': { color: 'teal', icon: <IconCircleCheck size={18} /> },
} as const;

/**
 * Signing in with e-mail and password: the whole of a page. It stands in place of a page that was asked for by nobody
 * who is signed in, too. There is no "next" address to send a person to afterwards, so none can be forged: the page
 * asked for appears by itself.
 */
export function SignInForm({ session, lead, because, autoFocus = false }: Props) {
  const { t } = useTranslation('kit');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const passwordField = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    () => session.signIn(email.trim(), password),
    () => {
      passwordField.current?.focus();
      passwordField.current?.select();
    },
  );
  return (
    <Paper withBorder shadow="sm" p={{ base: 'lg', sm: 'xl' }} radius="lg" w="100%" maw={400}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>
            <PageHeading title={t('signIn.title')} fz="xl" />
            <Text c="dimmed" size="sm" mt={4}>
              {lead}
            </Text>
          </div>
          <FormProblem error={error} data-testid="sign-in-error">
            {because && (
              <Alert variant="light" {...looks[because]}>
                {t(`signIn.because.${because}`)}
              </Alert>
            )}
          </FormProblem>
          <EmailField autoFocus={autoFocus} value={email} onChange={setEmail} />
          <PasswordField
            kind="current"
            label={t('fields.password')}
            ref={passwordField}
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" fullWidth mt="xs" loading={isBusy} leftSection={<IconLogin2 size={18} />}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
