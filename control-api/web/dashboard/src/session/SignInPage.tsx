import { Alert, Box, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconAlertCircle, IconClock, IconLogin2, IconPlugConnectedX } from '@tabler/icons-react';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, messageOf, UnreachableError } from '../../../kit/api/problem.ts';
import { Brand } from '../../../kit/layout/Brand.tsx';
import { session } from '../api/server.ts';

/** Colour and icon for each way a sign-in can fail. */
function lookOf(thrown: unknown) {
  if (thrown instanceof UnreachableError) return { icon: <IconPlugConnectedX size={18} />, color: 'orange' };
  if (thrown instanceof ApiError && thrown.status === 429) return { icon: <IconClock size={18} />, color: 'orange' };
  return { icon: <IconAlertCircle size={18} />, color: 'red' };
}

/**
 * Shown in place of whatever page was asked for while nobody is signed in. There is no "next" address to send a person
 * to afterwards, so none can be forged: the page asked for simply appears.
 */
export function SignInPage({ ended }: { readonly ended: boolean }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  useDocumentTitle(t('kit:pageTitle', { page: t('signIn.title') }));
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const passwordField = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await session.signIn(email.trim(), password);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
      passwordField.current?.focus();
      passwordField.current?.select();
    }
  }

  const hasFailed = error !== undefined;
  return (
    <Center component="main" mih="100dvh" p="md" className="sign-in">
      <Box w="100%" maw={400}>
        <Center mb="xl">
          <Brand size={38} />
        </Center>
        <Paper withBorder shadow="sm" p={{ base: 'lg', sm: 'xl' }} radius="lg">
          <form onSubmit={(event) => void submit(event)}>
            <Stack gap="md">
              <div>
                <Title order={1} fz="xl">
                  {t('signIn.title')}
                </Title>
                <Text c="dimmed" size="sm" mt={4}>
                  {t('signIn.lead')}
                </Text>
              </div>
              <div role="alert">
                {hasFailed && (
                  <Alert variant="light" {...lookOf(error)} data-testid="sign-in-error">
                    {messageOf(error)}
                  </Alert>
                )}
                {!hasFailed && ended && (
                  <Alert variant="light" color="brand" icon={<IconClock size={18} />}>
                    {t('kit:session.ended')}
                  </Alert>
                )}
              </div>
              <TextInput
                label={t('signIn.email')}
                type="email"
                name="email"
                autoComplete="username"
                required
                withAsterisk={false}
                autoFocus
                maxLength={254}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t('signIn.password')}
                name="password"
                autoComplete="current-password"
                visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
                required
                withAsterisk={false}
                maxLength={256}
                ref={passwordField}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" fullWidth mt="xs" loading={busy} leftSection={<IconLogin2 size={18} />}>
                {t('signIn.submit')}
              </Button>
            </Stack>
          </form>
        </Paper>
      </Box>
    </Center>
  );
}
