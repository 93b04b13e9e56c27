import { Alert, Box, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconAlertCircle, IconClock, IconLogin2, IconPlugConnectedX } from '@tabler/icons-react';
import { useRef, useState, type FormEvent } from 'react';
import { ApiError, messageOf, UnreachableError } from '../api/problem.ts';
import { Brand } from '../layout/Brand.tsx';
import { session } from './session.ts';

/** A sentence and an icon for each way a sign-in can fail. */
function failure(thrown: unknown) {
  if (thrown instanceof UnreachableError)
    return { icon: <IconPlugConnectedX size={18} />, color: 'orange', message: thrown.message };
  if (thrown instanceof ApiError && thrown.status === 429)
    return { icon: <IconClock size={18} />, color: 'orange', message: messageOf(thrown) };
  return { icon: <IconAlertCircle size={18} />, color: 'red', message: messageOf(thrown) };
}

/**
 * Shown in place of whatever page was asked for while nobody is signed in. There is no "next" address to send a person
 * to afterwards, so none can be forged: the page asked for simply appears.
 */
export function SignInPage({ notice }: { readonly notice: string | undefined }) {
  useDocumentTitle('Sign in · Dramabox');
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

  const shown = error === undefined ? undefined : failure(error);
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
                  Sign in
                </Title>
                <Text c="dimmed" size="sm" mt={4}>
                  Upload, follow and manage your titles.
                </Text>
              </div>
              <div role="alert">
                {shown ? (
                  <Alert variant="light" color={shown.color} icon={shown.icon} data-testid="sign-in-error">
                    {shown.message}
                  </Alert>
                ) : notice ? (
                  <Alert variant="light" color="brand" icon={<IconClock size={18} />}>
                    {notice}
                  </Alert>
                ) : null}
              </div>
              <TextInput
                label="E-mail"
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
                label="Password"
                name="password"
                autoComplete="current-password"
                required
                withAsterisk={false}
                maxLength={1024}
                ref={passwordField}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" fullWidth mt="xs" loading={busy} leftSection={<IconLogin2 size={18} />}>
                Sign in
              </Button>
            </Stack>
          </form>
        </Paper>
      </Box>
    </Center>
  );
}
