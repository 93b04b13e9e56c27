import '@mantine/core/styles.css';
import '../../theme/base.css';
import '../../theme/frame.css';
import '../../theme/touch.css';
import '../../theme/forms.css';
import { Button, Container, MantineProvider, Stack } from '@mantine/core';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from '../../api/problem.ts';
import { CodeField } from '../../forms/CodeField.tsx';
import { EmailField } from '../../forms/EmailField.tsx';
import { FormProblem } from '../../forms/FormProblem.tsx';
import { PasswordField } from '../../forms/PasswordField.tsx';
import { useSubmission } from '../../forms/use-submission.ts';
import { MessagesProvider } from '../../layout/MessagesProvider.tsx';
import { PageHeading } from '../../layout/PageHeading.tsx';
import { startMessages } from '../../messages/i18n.ts';
import { cssVariablesResolver, theme } from '../../theme/mantine.ts';

/** A form of all fields. What it would send is on the page; the code 000000 is refused. */
function Sample() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<string[]>([]);
  const { isBusy, error, submit } = useSubmission(async () => {
    setSent((before) => [...before, `${email} ${password} ${code}`]);
    if (code === '000000') throw new ApiError(429, '', 'too_many_requests', { retryAfterSeconds: 90 });
  });
  return (
    <Container component="main" size="xs" py="md">
      <form onSubmit={submit}>
        <Stack>
          <PageHeading title="Samples" />
          <FormProblem error={error} />
          <EmailField value={email} onChange={setEmail} />
          <PasswordField kind="new" label="New password" value={password} onChange={setPassword} />
          <CodeField label="Code" description="It was sent to you." value={code} onChange={setCode} />
          <Button type="submit" loading={isBusy}>
            Send
          </Button>
          <output data-testid="sent">{sent.join('\n')}</output>
        </Stack>
      </form>
    </Container>
  );
}

await startMessages({ app: 'samples', english: {} });
createRoot(document.getElementById('root')!).render(
  <MessagesProvider>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <Sample />
    </MantineProvider>
  </MessagesProvider>,
);
